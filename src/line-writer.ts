import type { Writable } from 'node:stream';

/** Held for a reader that does not read: about 5,000 lines. */
const mostHeldBytes = 1024 * 1024;

/**
 * Writes lines to a stream whose reader may be stuck or gone, as journald is while it restarts: it must neither hold the
 * process nor end it nor fill its memory. What does not fit is dropped, and said once the reader reads again.
 */
export function createLineWriter(stream: Pick<Writable, 'write' | 'writableLength' | 'on'>): (line: string) => void {
  let dropped = 0;
  stream.on('error', () => undefined);
  return (line) => {
    if (stream.writableLength > mostHeldBytes) {
      dropped += 1;
      return;
    }
    if (dropped > 0) stream.write(`${dropped} lines were dropped: nobody read them\n`);
    dropped = 0;
    stream.write(line);
  };
}
