import type { TellLife } from './decode-life-event.ts';
import type { LifeQueue } from './lives.ts';
import { type PageLayout, RingEvents } from './tracefs/ring-page.ts';

export interface RingQueueParts {
  readonly layout: PageLayout;
  readonly tell: TellLife;
  /** Called with a page of which all has been told. */
  readonly release: (page: DataView) => void;
}

/** One processor's pages as they were read: an event is decoded when it is told, and no object is made of it. */
export class RingQueue implements LifeQueue {
  readonly #parts: RingQueueParts;
  readonly #pages: DataView[] = [];
  #events: RingEvents | undefined;
  nextNs = Number.POSITIVE_INFINITY;

  constructor(parts: RingQueueParts) {
    this.#parts = parts;
  }

  push(page: DataView): void {
    this.#pages.push(page);
    if (this.#events === undefined) this.#turn();
  }

  tellNext(): void {
    const events = this.#events;
    if (events === undefined) return;
    this.#parts.tell(events.page, events.dataOffset, events.clockNs);
    if (events.advance()) this.nextNs = events.clockNs;
    else this.#turn();
  }

  /** To the next page that has an event. */
  #turn(): void {
    for (;;) {
      if (this.#events !== undefined) this.#parts.release(this.#events.page);
      const page = this.#pages.shift();
      this.#events = page && new RingEvents(page, this.#parts.layout);
      if (this.#events === undefined || this.#events.advance()) break;
    }
    this.nextNs = this.#events?.clockNs ?? Number.POSITIVE_INFINITY;
  }
}
