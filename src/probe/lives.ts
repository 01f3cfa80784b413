/** What one processor has to tell, in order. */
export interface LifeQueue {
  /** When the next of it happened, in nanoseconds of the trace's clock; infinity where there is no more. */
  readonly nextNs: number;
  tellNext(): void;
}

export interface LivesParts {
  /** One for each processor. */
  readonly queues: readonly LifeQueue[];
  /** Puts into the queues what nobody has read yet. */
  readonly drain: () => void;
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

  constructor(parts: LivesParts) {
    this.#parts = parts;
  }

  /** Tells all that happened up to then. Of the same microsecond, too: who acts has been born, and is called so. */
  tellUntil(clockUsec: number): void {
    if (clockUsec > this.#drainedUsec) {
      this.#drainedUsec = this.#parts.now();
      this.#parts.drain();
    }
    // The kernel's own text is rounded.
    const endNs = clockUsec * 1000 + 500;
    while (tellEarliest(this.#parts.queues, endNs));
  }
}

/** Of the queue that is first, as long as it is; false where none has anything from before the end. */
function tellEarliest(queues: readonly LifeQueue[], endNs: number): boolean {
  let earliest: LifeQueue | undefined;
  let earliestNs = endNs;
  let secondNs = endNs;
  for (const queue of queues) {
    const { nextNs } = queue;
    if (nextNs < earliestNs) {
      secondNs = earliestNs;
      earliestNs = nextNs;
      earliest = queue;
    } else if (nextNs < secondNs) secondNs = nextNs;
  }
  if (earliest === undefined) return false;
  do earliest.tellNext();
  while (earliest.nextNs < secondNs);
  return true;
}
