import { closeSync, constants, openSync, readSync } from 'node:fs';
import { errorCode } from '../../sources/files/file-error.ts';
import { parseEventFormat } from './event-format.ts';
import { type PageLayout, pageLayoutOf } from './ring-page.ts';
import type { Tracefs } from './tracefs.ts';

/** Pages that are kept for what is read next. */
const maxFree = 256;

/** An instance's ring buffers, one for each processor, read a page at a time and never waited for. */
export class RawRings {
  readonly layout: PageLayout;
  readonly #free: DataView[] = [];
  readonly #descriptors: readonly number[];

  /** @throws where the kernel does not let us */
  constructor(tracefs: Tracefs, instance: string) {
    this.layout = pageLayoutOf(parseEventFormat(tracefs.read('events/header_page')));
    this.#descriptors = tracefs
      .list(`instances/${instance}/per_cpu`)
      .map((processor) => tracefs.path(`instances/${instance}/per_cpu/${processor}/trace_pipe_raw`))
      .map((path) => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
  }

  /** How many there are, numbered from 0 as `drain` tells them apart. */
  get count(): number {
    return this.#descriptors.length;
  }

  /** All that is there, one processor's after the other's. */
  drain(accept: (page: DataView, ring: number) => void): void {
    for (const [ring, descriptor] of this.#descriptors.entries()) {
      let page = this.#emptyPage();
      while (this.#read(descriptor, page) > this.layout.dataOffset) {
        accept(page, ring);
        page = this.#emptyPage();
      }
      this.release(page);
    }
  }

  /** Nobody needs what is in it any more. */
  release(page: DataView): void {
    if (this.#free.length < maxFree) this.#free.push(page);
  }

  #emptyPage(): DataView {
    return this.#free.pop() ?? new DataView(new ArrayBuffer(this.layout.pageBytes));
  }

  /** @returns 0 where nothing is left */
  #read(descriptor: number, page: DataView): number {
    try {
      return readSync(descriptor, page);
    } catch (error) {
      if (errorCode(error) === 'EAGAIN') return 0;
      throw error;
    }
  }

  close(): void {
    for (const descriptor of this.#descriptors) closeSync(descriptor);
  }
}
