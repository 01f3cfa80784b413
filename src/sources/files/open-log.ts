import { type BigIntStats, constants, open as openDescriptor } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { errorCode, fileErrorReason } from './file-error.ts';

/** A log that was opened, or why not. */
export type OpenedLog = OpenedFile | { readonly kind: 'pipe'; readonly fd: number; readonly status: BigIntStats } | Unopened;

export interface OpenedFile {
  readonly kind: 'regular';
  readonly handle: FileHandle;
  readonly status: BigIntStats;
}

export interface Unopened {
  readonly kind: 'missing' | 'unreadable' | 'not-a-file';
  readonly reason: string;
}

/** Opening a FIFO would wait for its writer without it. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

const openPipe = promisify(openDescriptor) as (path: string, mode: number) => Promise<number>;

/** Opens a regular file or a FIFO; anything else is not touched. Does not reject for what the path holds. */
export async function openLog(path: string): Promise<OpenedLog> {
  try {
    const status = await stat(path, { bigint: true });
    if (!status.isFile() && !status.isFIFO()) return notAFile(status);
    const distrust = reasonToDistrust(status);
    if (distrust !== undefined) return { kind: 'unreadable', reason: distrust };
    if (status.isFIFO()) return { kind: 'pipe', fd: await openPipe(path, flags), status };
    const handle = await open(path, flags);
    const opened = await handle.stat({ bigint: true });
    const isSame = opened.isFile() && reasonToDistrust(opened) === undefined;
    if (isSame) return { kind: 'regular', handle, status: opened };
    await handle.close();
    return notAFile(opened);
  } catch (error) {
    return unopened(error);
  }
}

/** What is in the log is taken for proof: nobody but root and ourselves may have put it there. */
function reasonToDistrust({ mode, uid }: BigIntStats): string | undefined {
  if ((mode & 0o002n) !== 0n) return 'anybody may write to it, and could forge stops and senders';
  if (uid !== 0n && uid !== BigInt(process.geteuid?.() ?? 0)) return 'it belongs to somebody who could forge stops and senders';
  return undefined;
}

/** Why a path could not be looked at or opened. Throws what is not about the path. */
export function unopened(error: unknown): Unopened {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing', reason: fileErrorReason(error) };
  if (code === 'EACCES' || code === 'EPERM' || code === 'ELOOP') return { kind: 'unreadable', reason: fileErrorReason(error) };
  throw error;
}

function notAFile(status: BigIntStats): Unopened {
  return { kind: 'not-a-file', reason: status.isDirectory() ? 'it is a directory' : 'it is neither a file nor a pipe' };
}
