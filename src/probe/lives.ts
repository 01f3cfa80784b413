import type { LifeEvent } from './decode-life-event.ts';

export interface LivesParts {
  /** All events that nobody has read yet, in any order. */
  readonly drain: (accept: (event: LifeEvent) => void) => void;
  readonly accept: (event: LifeEvent) => void;
  /** Of the trace's clock, in microseconds. */
  readonly now: () => number;
}

/**
 * Births, names and ends of all processes, told no sooner than somebody needs to know who there was: on a host that forks a
 * lot, to be woken by each would be most of what the probe costs.
 */
export class Lives {
  readonly #parts: LivesParts;
  #drainedUsec = Number.NEGATIVE_INFINITY;
  #pending: LifeEvent[] = [];

  constructor(parts: LivesParts) {
    this.#parts = parts;
  }

  /** Tells all that happened up to then. Of the same microsecond, too: who acts has been born, and is called so. */
  tellUntil(clockUsec: number): void {
    if (clockUsec > this.#drainedUsec) this.#drain();
    const untold = this.#pending.findIndex((event) => event.clockUsec > clockUsec);
    const told = this.#pending.splice(0, untold < 0 ? this.#pending.length : untold);
    for (const event of told) this.#parts.accept(event);
  }

  #drain(): void {
    this.#drainedUsec = this.#parts.now();
    const before = this.#pending.length;
    this.#parts.drain((event) => this.#pending.push(event));
    // Each processor tells its own in order.
    if (this.#pending.length > before) this.#pending.sort((a, b) => a.clockUsec - b.clockUsec);
  }
}
