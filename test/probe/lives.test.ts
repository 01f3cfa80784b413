import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LifeQueue, Lives } from '../../src/probe/lives.ts';

type Event = readonly [clockUsec: number, processor: number];

/** What one processor has told so far, in order. */
class Queue implements LifeQueue {
  readonly events: Event[] = [];
  readonly #told: Event[];

  constructor(told: Event[]) {
    this.#told = told;
  }

  get nextNs(): number {
    return (this.events[0]?.[0] ?? Number.POSITIVE_INFINITY) * 1000;
  }

  tellNext(): void {
    const event = this.events.shift();
    if (event !== undefined) this.#told.push(event);
  }
}

/** A kernel that has more to tell as time goes on, and how often it was asked. */
function kernel(events: readonly Event[]) {
  const told: Event[] = [];
  const state = { now: 0, drained: 0 };
  const queues = [new Queue(told), new Queue(told), new Queue(told)];
  let unread = events.toSorted(([a], [b]) => a - b);
  const lives = new Lives({
    queues,
    now: () => state.now,
    drain: () => {
      state.drained++;
      for (const event of unread) if (event[0] <= state.now) queues[event[1]]?.events.push(event);
      unread = unread.filter(([clockUsec]) => clockUsec > state.now);
    },
  });
  return { lives, told, state };
}

describe('Lives', () => {
  test('tells all that happened up to an event, in order, and asks the kernel once', () => {
    const { lives, told, state } = kernel([1, 2, 3, 8].map((clockUsec) => [clockUsec, clockUsec % 2]));
    const clocks = (): readonly number[] => told.map(([clockUsec]) => clockUsec);
    state.now = 10;
    lives.tellUntil(2);
    expect(clocks()).toEqual([1, 2]);
    lives.tellUntil(5);
    expect(clocks()).toEqual([1, 2, 3]);
    expect(state.drained).toBe(1);
    lives.tellUntil(11);
    expect(clocks()).toEqual([1, 2, 3, 8]);
    expect(state.drained).toBe(2);
  });

  test('rounds as the kernel’s text does', () => {
    const { lives, told, state } = kernel([
      [1.4, 0],
      [2.4996, 1],
      [2.5, 2],
    ]);
    state.now = 10;
    lives.tellUntil(2);
    expect(told.map(([clockUsec]) => clockUsec)).toEqual([1.4, 2.4996]);
  });

  test('tells each once and in order, however often it is asked', () => {
    const event = fc.tuple(fc.nat(50), fc.nat(2));
    fc.assert(
      fc.property(fc.array(event), fc.array(fc.nat(50), { minLength: 1 }), (events, questions) => {
        const { lives, told, state } = kernel(events);
        const asked = questions.toSorted((a, b) => a - b);
        for (const question of asked) {
          state.now = Math.max(state.now, question);
          lives.tellUntil(question);
        }
        const clocks = events.map(([clockUsec]) => clockUsec).filter((clockUsec) => clockUsec <= (asked.at(-1) ?? 0));
        expect(told.map(([clockUsec]) => clockUsec)).toEqual(clocks.sort((a, b) => a - b));
      }),
    );
  });
});
