/** What went wrong and how to get out of it, by SQLite's primary result code or the system's error code. */
const troubles: Readonly<Record<string, readonly [what: string, wayOut: string]>> = {
  5: ['another process holds it', 'Stop that process, or give each exporter a --storage.path of its own'],
  6: ['another process holds it', 'Stop that process, or give each exporter a --storage.path of its own'],
  8: ['it is not writable', "Let the exporter's user write the directory and the file"],
  10: ['the disk fails to read or write it', 'Check the disk, or give another --storage.path'],
  11: ['it is damaged', 'Move it away and start again: counters begin at zero'],
  13: ['the disk is full', 'Make room, or lower --storage.retention'],
  14: ['it cannot be opened as a file', 'Give a --storage.path that is a directory the exporter may write'],
  26: ['it is not an incident log', 'Move it away and start again: counters begin at zero'],
  EACCES: ['permission is denied', "Let the exporter's user write the directory and the file"],
  EPERM: ['permission is denied', "Let the exporter's user write the directory and the file"],
  EROFS: ['the file system is read-only', 'Give a --storage.path that can be written'],
  ENOSPC: ['the disk is full', 'Make room, or lower --storage.retention'],
  EDQUOT: ['the disk quota is used up', 'Make room, or lower --storage.retention'],
  ENOTDIR: ['part of the path is not a directory', 'Give a --storage.path that is a directory'],
  ENOENT: ['the directory cannot be made', 'Give a --storage.path that is a directory the exporter may write'],
};

/** Says which file, what is wrong with it and the way out: `Cannot open the incident log "…": it is damaged (…). Move it away …`. */
export function logError(act: string, file: string, error: unknown): Error {
  const [what, wayOut] = troubles[codeOf(error)] ?? ['something unexpected happened', 'See the message in parentheses'];
  const message = error instanceof Error ? error.message : String(error);
  return new Error(`Cannot ${act} the incident log "${file}": ${what} (${message}). ${wayOut}`, { cause: error });
}

/** The same for what SQLite itself does not object to. */
export function refusedLog(file: string, what: string, wayOut: string): Error {
  return new Error(`Cannot open the incident log "${file}": ${what}. ${wayOut}`);
}

/** Extended result codes of SQLite carry the primary one in their lowest byte. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('errcode' in error && typeof error.errcode === 'number') return String(error.errcode & 0xff);
  return 'code' in error ? String(error.code) : '';
}
