import { lstat, mkdir, readdir, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode } from './file-error.ts';

export interface SetAside {
  readonly path: string;
  /** Of the directory next to it, which is made for us alone. */
  readonly into: string;
  /** More than these are not kept: those set aside first are removed. */
  readonly keep: number;
}

/** Moves a file out of the spool. Rejects where that cannot be done; a file that is gone already is none of our business. */
export async function setAside({ path, into, keep }: SetAside): Promise<void> {
  const directory = join(dirname(path), into);
  await mkdir(directory, { mode: 0o700 }).catch(async (error: unknown) => {
    if (errorCode(error) !== 'EEXIST' || !(await lstat(directory)).isDirectory()) throw error;
  });
  await rename(path, join(directory, basename(path))).catch(ignoreMissing);
  await prune(directory, basename(path), keep);
}

/** Removes a file that may be gone already. */
export async function removeFile(path: string): Promise<void> {
  await unlink(path).catch(ignoreMissing);
}

/** A rename changes the change time: it tells when a file was set aside, to some milliseconds. */
async function prune(directory: string, newest: string, keep: number): Promise<void> {
  const names = await readdir(directory);
  if (names.length <= keep) return;
  const older = names.filter((name) => name !== newest);
  const dated = await Promise.all(older.map((name) => dateFile(join(directory, name))));
  const oldestFirst = dated.flatMap((file) => file ?? []).sort((one, other) => one.changedMs - other.changedMs);
  for (const { path } of oldestFirst.slice(0, names.length - keep)) await removeFile(path);
}

async function dateFile(path: string): Promise<{ readonly path: string; readonly changedMs: number } | undefined> {
  const status = await lstat(path).catch(() => undefined);
  return status?.isDirectory() === false ? { path, changedMs: status.ctimeMs } : undefined;
}

function ignoreMissing(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error;
}
