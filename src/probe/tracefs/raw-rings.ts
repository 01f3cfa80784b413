import { closeSync, constants, openSync, readSync } from 'node:fs';
import { errorCode } from '../../sources/files/file-error.ts';
import { parseEventFormat } from './event-format.ts';
import { type AcceptRingEvent, forEachRingEvent, type PageLayout, pageLayoutOf } from './ring-page.ts';
import type { Tracefs } from './tracefs.ts';

/** An instance's ring buffers, one for each processor, read a page at a time and never waited for. */
export class RawRings {
  readonly #layout: PageLayout;
  readonly #page: Buffer;
  readonly #descriptors: readonly number[];

  /** @throws where the kernel does not let us */
  constructor(tracefs: Tracefs, instance: string) {
    this.#layout = pageLayoutOf(parseEventFormat(tracefs.read('events/header_page')));
    this.#page = Buffer.alloc(this.#layout.pageBytes);
    this.#descriptors = tracefs
      .list(`instances/${instance}/per_cpu`)
      .map((processor) => tracefs.path(`instances/${instance}/per_cpu/${processor}/trace_pipe_raw`))
      .map((path) => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
  }

  /** All that is there, one processor's after the other's. */
  drain(accept: AcceptRingEvent): void {
    for (const descriptor of this.#descriptors)
      while (this.#read(descriptor) > this.#layout.dataOffset) forEachRingEvent(this.#page, this.#layout, accept);
  }

  /** @returns 0 where nothing is left */
  #read(descriptor: number): number {
    try {
      return readSync(descriptor, this.#page);
    } catch (error) {
      if (errorCode(error) === 'EAGAIN') return 0;
      throw error;
    }
  }

  close(): void {
    for (const descriptor of this.#descriptors) closeSync(descriptor);
  }
}
