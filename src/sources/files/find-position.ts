import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type OpenedFile, openLog } from './open-log.ts';
import { readHead } from './regular-log.ts';
import { type FoundFile, positionFits, type TailPosition } from './tail-position.ts';

const compressed = /\.(?:gz|bz2|xz|zst|lz4)$/;

/** Rotations that are looked at; the one that was current when we stopped is among the newest. */
const maxRotated = 64;

export interface FoundPosition extends OpenedFile {
  readonly path: string;
  /** Empty where it is longer than a fingerprint. */
  readonly firstLine: string;
}

/**
 * Opens the file that a position was taken in: the log itself, or what a rotation or a copy made of it
 * while nobody was looking (`stap.log.1`, `stap.log-20201123`).
 */
export async function findPosition(path: string, position: TailPosition): Promise<FoundPosition | undefined> {
  for (const candidate of [path, ...(await rotatedPaths(path))]) {
    const opened = await openLog(candidate);
    if (opened.kind !== 'regular') continue;
    const head = readHead(opened.handle);
    if (positionFits(position, foundFile(opened, head))) return { ...opened, path: candidate, firstLine: firstLineOf(head) };
    await opened.handle.close();
  }
  return undefined;
}

function foundFile({ status }: OpenedFile, head: Buffer): FoundFile {
  return { device: String(status.dev), inode: String(status.ino), size: Number(status.size), head };
}

function firstLineOf(head: Buffer): string {
  return head.subarray(0, Math.max(0, head.indexOf('\n'))).toString('utf8');
}

export async function rotatedPaths(path: string): Promise<readonly string[]> {
  const base = basename(path);
  const names = await readdir(dirname(path)).catch(() => []);
  return names
    .filter((name) => (name.startsWith(`${base}.`) || name.startsWith(`${base}-`)) && !compressed.test(name))
    .sort()
    .slice(0, maxRotated)
    .map((name) => join(dirname(path), name));
}
