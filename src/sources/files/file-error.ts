/** What the errors of opening a file mean to its owner. */
const meanings: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ELOOP: 'it is a symbolic link',
  EMFILE: 'too many open files',
};

/** The `code` of a system error, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Says in words why a file could not be read; the system's own words where it has no shorter ones. */
export function fileErrorReason(error: unknown): string {
  const code = errorCode(error);
  const meaning = code === undefined ? undefined : meanings[code];
  return meaning ?? (error instanceof Error ? error.message : String(error));
}

/** `Cannot read "x.log": no such file`. */
export function cannotRead(path: string, error: unknown): Error {
  return new Error(`Cannot read ${JSON.stringify(path)}: ${fileErrorReason(error)}`, { cause: error });
}
