import { close, openSync, read } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Tracefs } from './tracefs.ts';

const readFrom = promisify(read);
const closeFile = promisify(close);

/** The kernel hands out less than this at a time. */
const chunkBytes = 65_536;
/** Longer than any line of ours: what is longer is cut off. */
const maxPending = 32_768;

/** The kernel hands out a page or two at a time: as much as this was not all. */
const fullBytes = 2_048;

/**
 * An instance's events as they happen, line by line. A read waits in the kernel, where nothing but an event can wake
 * it: `stop` writes one. To be woken is what an event costs, not to be read: after having read all there is, it may
 * wait for more to come together.
 */
export class TracePipe {
  readonly #tracefs: Tracefs;
  readonly #directory: string;
  readonly #pauseMs: () => number;
  #isStopping = false;

  /** @param pauseMs how long to let events come together */
  constructor(tracefs: Tracefs, instance: string, pauseMs: () => number = () => 0) {
    this.#tracefs = tracefs;
    this.#pauseMs = pauseMs;
    this.#directory = `instances/${instance}`;
  }

  /** Resolves after `stop`; rejects where reading fails. */
  async forEachLine(accept: (line: string) => void): Promise<void> {
    const descriptor = openSync(this.#tracefs.path(`${this.#directory}/trace_pipe`), 'r');
    try {
      await this.#read(descriptor, accept);
    } finally {
      await closeFile(descriptor);
    }
  }

  async #read(descriptor: number, accept: (line: string) => void): Promise<void> {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    const decoder = new StringDecoder('utf8');
    let pending = '';
    while (!this.#isStopping) {
      const { bytesRead } = await readFrom(descriptor, buffer, 0, buffer.length, null);
      // Somebody switched tracing off: the kernel says "end" and means "for now".
      if (bytesRead === 0) await delay(100);
      const lines = (pending + decoder.write(buffer.subarray(0, bytesRead))).split('\n');
      pending = (lines.pop() ?? '').slice(-maxPending);
      for (const line of lines) accept(line);
      if (bytesRead < fullBytes) await this.#pause();
    }
  }

  async #pause(): Promise<void> {
    const pauseMs = this.#pauseMs();
    if (pauseMs > 0 && !this.#isStopping) await delay(pauseMs);
  }

  /** Wakes the read that is waiting. @throws where the kernel does not take the event */
  stop(): void {
    this.#isStopping = true;
    this.#tracefs.write(`${this.#directory}/tracing_on`, '1');
    this.#tracefs.append(`${this.#directory}/trace_marker`, 'stop');
  }
}
