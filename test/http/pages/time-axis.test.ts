import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barOf, positionOf, timeAxis } from '../../../src/http/pages/time-axis.ts';
import type { PlannedSpan } from '../../../src/trace/planned-span.ts';

function span(startUsec: number, endUsec: number): PlannedSpan {
  return {
    spanId: 'a'.repeat(16),
    name: 'x',
    role: 'stop',
    startUsec,
    endUsec,
    seenUsec: endUsec - startUsec,
    attributes: {},
    events: [],
    links: [],
  };
}

describe('timeAxis', () => {
  test('has round ticks', () => {
    expect(timeAxis([span(1000, 1_501_000)]).ticks).toEqual([
      { percent: 0, label: '0' },
      { percent: 33.333, label: '500 ms' },
      { percent: 66.667, label: '1 s' },
      { percent: 100, label: '1.5 s' },
    ]);
  });

  test('has at most five ticks, within the axis, from a microsecond to a year', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 365 * 86_400_000_000 }), (length) => {
        const { ticks, lengthUsec } = timeAxis([span(5, 5 + length)]);
        expect(lengthUsec).toBeGreaterThan(0);
        expect(ticks.length).toBeGreaterThanOrEqual(1);
        expect(ticks.length).toBeLessThanOrEqual(5);
        expect(ticks.every(({ percent }) => percent >= 0 && percent <= 100)).toBe(true);
      }),
    );
  });
});

describe('barOf', () => {
  test('never leaves the axis and never vanishes', () => {
    const time = fc.integer({ min: 0, max: 2_000_000 });
    fc.assert(
      fc.property(time, time, time, time, (start, length, from, took) => {
        const { x, width } = barOf(timeAxis([span(start, start + length)]), from, from + took);
        expect(x).toBeGreaterThanOrEqual(0);
        expect(width).toBeGreaterThanOrEqual(0.5);
        expect(x + width).toBeLessThanOrEqual(100.001);
      }),
    );
  });

  test('stands where its span stands', () => {
    const axis = timeAxis([span(100, 300)]);
    expect(barOf(axis, 150, 200)).toEqual({ x: 25, width: 25 });
    expect(positionOf(axis, 250)).toBe(75);
  });
});
