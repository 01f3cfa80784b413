import type { BigIntStats } from 'node:fs';
import { Socket } from 'node:net';
import type { FollowedLog, OnLines } from './followed-log.ts';
import { LineSplitter } from './split-lines.ts';

export interface PipeLogOptions {
  /** Opened without blocking; the pipe closes it. */
  readonly fd: number;
  readonly status: BigIntStats;
  readonly onLines: OnLines;
  readonly onChange: () => void;
}

/** A FIFO: what was read is gone, so there is no position. Ends when its last writer has left. */
export class PipeLog implements FollowedLog {
  readonly #options: PipeLogOptions;
  readonly #socket: Socket;
  readonly #splitter = new LineSplitter();
  #error: Error | undefined;

  /** A socket waits in epoll; reading the file itself would hold a thread of the pool for as long as nobody writes. */
  constructor(options: PipeLogOptions) {
    this.#options = options;
    this.#socket = new Socket({ fd: options.fd, readable: true, writable: false });
    this.#socket.on('data', (chunk) => this.#handOn(this.#splitter.push(chunk)));
    this.#socket.on('error', (error) => {
      this.#error = error;
    });
    this.#socket.on('close', options.onChange);
  }

  isAt(status: BigIntStats): boolean {
    return status.ino === this.#options.status.ino && status.dev === this.#options.status.dev;
  }

  async advance(): Promise<'waiting' | 'ended'> {
    if (this.#error !== undefined) throw this.#error;
    return this.#socket.closed ? 'ended' : 'waiting';
  }

  async outlivesRename(): Promise<boolean> {
    return false;
  }

  async asLeft(): Promise<undefined> {
    return undefined;
  }

  async finish(): Promise<void> {
    await this.close();
    this.#handOn(this.#splitter.end());
  }

  async close(): Promise<void> {
    this.#socket.removeAllListeners('data');
    this.#socket.destroy();
  }

  #handOn(lines: ReturnType<LineSplitter['push']>): void {
    if (lines.length > 0) this.#options.onLines(lines, () => undefined);
  }
}
