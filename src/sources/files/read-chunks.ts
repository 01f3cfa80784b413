import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

const chunkBytes = 64 * 1024;
/** How many chunks are read before others of this process have their turn: who sends, and who is told that nobody reads on. */
const chunksPerTurn = 16;

/**
 * The bytes of a file; each chunk is gone with the next. A plain file is read without the thread pool: to ask it for a chunk
 * and to wait was a sixth of reading a log of which most is passed over.
 */
export function readChunks(file: string): AsyncIterable<Uint8Array> {
  return statSync(file).isFile() ? readPlainFile(file) : createReadStream(file);
}

async function* readPlainFile(file: string): AsyncGenerator<Uint8Array, void, undefined> {
  const descriptor = openSync(file, 'r');
  const chunk = Buffer.allocUnsafeSlow(chunkBytes);
  try {
    for (let count = 1; ; count++) {
      const bytes = readSync(descriptor, chunk, 0, chunkBytes, -1);
      if (bytes === 0) return;
      yield chunk.subarray(0, bytes);
      if (count % chunksPerTurn === 0) await turnOfTheLoop();
    }
  } finally {
    closeSync(descriptor);
  }
}
