import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { maxEnvironmentBytes } from './environment.ts';

/** Reads files of /proc. Anything may vanish or be forbidden at any moment, so that nothing here throws. */
export class ProcFiles {
  readonly #directory: string;
  /** Shared by all reads: procfs has no sizes to go by. */
  readonly #buffer = Buffer.allocUnsafeSlow(maxEnvironmentBytes);

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** At most `limit` bytes, valid until the next read; undefined where there is nothing to be read. */
  bytes(path: string, limit: number): Buffer | undefined {
    let descriptor: number | undefined;
    try {
      descriptor = openSync(join(this.#directory, path), 'r');
      return this.#readFrom(descriptor, Math.min(limit, this.#buffer.length));
    } catch {
      return undefined;
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  text(path: string): string | undefined {
    return this.bytes(path, maxTextBytes)?.toString('utf8');
  }

  #readFrom(descriptor: number, limit: number): Buffer {
    let length = 0;
    while (length < limit) {
      const count = readSync(descriptor, this.#buffer, length, limit - length, null);
      if (count === 0) break;
      length += count;
    }
    return this.#buffer.subarray(0, length);
  }
}

const maxTextBytes = 16 * 1024;
