import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { errorCode, fileErrorReason } from './file-error.ts';

/** Of a dump; a busy host's `pstree -psa` has some 100 KiB. */
export const maxSpooledBytes = 1024 * 1024;

export type SpooledFile =
  | { readonly kind: 'read'; readonly bytes: Buffer; readonly identity: string }
  | { readonly kind: 'refused'; readonly reason: string; readonly identity: string }
  | { readonly kind: 'vanished' };

/** Looked at before it is opened: a device acts on being opened. A link put in its place meanwhile is refused by the flag. */
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Reads a file that anybody may have put there: regular, not empty, at most `maxSpooledBytes`. Does not reject for what it is. */
export async function readSpooled(path: string): Promise<SpooledFile> {
  let identity = '';
  try {
    const status = await lstat(path, { bigint: true });
    identity = identityOf(status);
    if (!status.isFile()) return { kind: 'refused', reason: 'it is no regular file', identity };
    if (status.size > maxSpooledBytes) return { kind: 'refused', reason: 'it is too large', identity };
    const handle = await open(path, flags);
    try {
      return await readOpened(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? { kind: 'vanished' } : { kind: 'refused', reason: fileErrorReason(error), identity };
  }
}

async function readOpened(handle: FileHandle): Promise<SpooledFile> {
  const status = await handle.stat({ bigint: true });
  const identity = identityOf(status);
  if (!status.isFile()) return { kind: 'refused', reason: 'it is no regular file', identity };
  const buffer = Buffer.allocUnsafeSlow(maxSpooledBytes + 1);
  let length = 0;
  for (let bytesRead = -1; bytesRead !== 0 && length < buffer.length; length += bytesRead) {
    bytesRead = (await handle.read(buffer, length, buffer.length - length, length)).bytesRead;
  }
  if (length === 0) return { kind: 'refused', reason: 'it is empty', identity };
  if (length > maxSpooledBytes) return { kind: 'refused', reason: 'it is too large', identity };
  return { kind: 'read', bytes: buffer.subarray(0, length), identity };
}

/** Tells a file from the next one of its name, which may well get the inode of the one before. */
export function identityOf({ ino, ctimeNs }: BigIntStats): string {
  return `${ino} ${ctimeNs}`;
}
