import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LifeEvent } from '../../src/probe/decode-life-event.ts';
import { Lives } from '../../src/probe/lives.ts';

function born(clockUsec: number): LifeEvent {
  return { kind: 'task-forked', clockUsec, pid: 1, comm: 'sh', childPid: clockUsec };
}

/** A kernel that has more to tell as time goes on, and how often it was asked. */
function kernel(clocks: readonly number[]) {
  const told: number[] = [];
  const unread = [...clocks];
  const state = { now: 0, drained: 0 };
  const lives = new Lives({
    now: () => state.now,
    accept: (event) => told.push(event.clockUsec),
    drain: (take) => {
      state.drained++;
      for (const clock of unread.splice(0).sort((a, b) => (a % 2) - (b % 2)))
        if (clock <= state.now) take(born(clock));
        else unread.push(clock);
    },
  });
  return { lives, told, state };
}

describe('Lives', () => {
  test('tells all that happened up to an event, in order, and asks the kernel once', () => {
    const { lives, told, state } = kernel([1, 2, 3, 8]);
    state.now = 10;
    lives.tellUntil(2);
    expect(told).toEqual([1, 2]);
    lives.tellUntil(5);
    expect(told).toEqual([1, 2, 3]);
    expect(state.drained).toBe(1);
    lives.tellUntil(11);
    expect(told).toEqual([1, 2, 3, 8]);
    expect(state.drained).toBe(2);
  });

  test('tells each once and in order, however often it is asked', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.array(fc.nat(50), { minLength: 1 }), (clocks, questions) => {
        const { lives, told, state } = kernel(clocks);
        const asked = questions.toSorted((a, b) => a - b);
        for (const question of asked) {
          state.now = Math.max(state.now, question);
          lives.tellUntil(question);
        }
        expect(told).toEqual(clocks.filter((clock) => clock <= (asked.at(-1) ?? 0)).sort((a, b) => a - b));
      }),
    );
  });
});
