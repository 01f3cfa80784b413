import { type BigIntStats, type FSWatcher, fstatSync, readSync, watch } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FollowedLog, OnLines } from './followed-log.ts';
import type { LeftLog } from './missed-logs.ts';
import { LineSplitter, type SplitLine } from './split-lines.ts';
import { type Fingerprint, fingerprintBytes, fingerprintOf, formatPosition, type TailPosition } from './tail-position.ts';

const chunkBytes = 64 * 1024;

export interface RegularLogOptions {
  readonly handle: FileHandle;
  readonly status: BigIntStats;
  /** Where to go on; from the beginning where absent. */
  readonly position?: TailPosition | undefined;
  readonly onLines: OnLines;
  readonly onTruncated: () => void;
  readonly onChange: () => void;
  readonly signal: AbortSignal;
}

/** A growing file, followed by its inode: a rename does not disturb it. */
export class RegularLog implements FollowedLog {
  readonly #options: RegularLogOptions;
  readonly #chunk = Buffer.allocUnsafeSlow(chunkBytes);
  readonly #watcher: FSWatcher | undefined;
  #splitter: LineSplitter;
  #offset: number;
  #head: Buffer = Buffer.alloc(0);
  #fingerprint: Fingerprint = fingerprintOf(this.#head);

  constructor(options: RegularLogOptions) {
    this.#options = options;
    this.#offset = options.position?.offset ?? 0;
    this.#splitter = new LineSplitter({ offset: this.#offset, lines: options.position?.lines ?? 0 });
    this.#watcher = watchOpenFile(options.handle, options.onChange);
  }

  isAt(status: BigIntStats): boolean {
    return status.ino === this.#options.status.ino && status.dev === this.#options.status.dev;
  }

  /**
   * Without the thread pool: each way through it takes a turn of the event loop, and while the bus had a storm to tell,
   * the five of them made records come 1.6 s late. What was just written is in the page cache.
   */
  async advance(): Promise<'waiting'> {
    const { handle, signal, onLines } = this.#options;
    this.#look();
    while (!signal.aborted) {
      const bytesRead = readSync(handle.fd, this.#chunk, 0, chunkBytes, this.#offset);
      if (bytesRead === 0) break;
      this.#offset += bytesRead;
      const lines = this.#splitter.push(this.#chunk.subarray(0, bytesRead));
      if (lines.length > 0) onLines(lines, this.#positionAfter);
      if (bytesRead === chunkBytes) await nextTurn();
    }
    return 'waiting';
  }

  /** Deleted, it can grow no more that anybody could tell from outside; renamed, it may until its writer reopens. */
  async outlivesRename(): Promise<boolean> {
    return (await this.#options.handle.stat()).nlink > 0;
  }

  async asLeft(): Promise<LeftLog> {
    return { status: await this.#options.handle.stat({ bigint: true }), head: this.#head };
  }

  async finish(): Promise<void> {
    await this.advance();
    this.#endLine();
    await this.close();
  }

  async close(): Promise<void> {
    this.#watcher?.close();
    await this.#options.handle.close();
  }

  /** A log that was emptied may have grown past our offset again: then its first bytes are not those we knew. */
  #look(): void {
    const { handle } = this.#options;
    const { size } = fstatSync(handle.fd);
    const head = readHead(handle);
    const isTruncated = size < this.#offset || !head.subarray(0, this.#head.length).equals(this.#head);
    if (isTruncated) this.#beginAgain();
    if (!isTruncated && head.length === this.#head.length) return;
    this.#head = head;
    this.#fingerprint = fingerprintOf(head);
  }

  #beginAgain(): void {
    this.#endLine();
    this.#offset = 0;
    this.#splitter = new LineSplitter();
    this.#options.onTruncated();
  }

  #endLine(): void {
    const lines = this.#splitter.end();
    if (lines.length > 0 && !this.#options.signal.aborted) this.#options.onLines(lines, this.#positionAfter);
  }

  readonly #positionAfter = (line: SplitLine): string => {
    const { status } = this.#options;
    return formatPosition({
      device: String(status.dev),
      inode: String(status.ino),
      offset: line.endOffset,
      lines: line.tooLong ? line.number - 1 : line.number,
      fingerprint: this.#fingerprint,
    });
  };
}

/** The first bytes of a file, as many as a fingerprint takes. */
export function readHead({ fd }: FileHandle): Buffer {
  const buffer = Buffer.alloc(fingerprintBytes);
  return buffer.subarray(0, readSync(fd, buffer, 0, fingerprintBytes, 0));
}

/** Watches the inode behind a handle, under whatever name; the directory's watch has to do where that fails. */
function watchOpenFile(handle: FileHandle, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(`/proc/self/fd/${handle.fd}`, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
