import { describe, expect, test } from 'vitest';
import { createSafePoint } from '../src/safe-point.ts';

function setUp() {
  const time = { nowMs: 0, neededSinceMs: Number.POSITIVE_INFINITY };
  const saved: string[] = [];
  const errors: unknown[] = [];
  const safePoint = createSafePoint({
    nowMs: () => time.nowMs,
    neededSinceMs: () => time.neededSinceMs,
    onError: (error) => errors.push(error),
  });
  const offer = (text: string, key = 'log') => safePoint.whenSafe(key, () => saved.push(text));
  return { time, saved, errors, safePoint, offer };
}

describe('createSafePoint', () => {
  test('saves at once where nothing is needed any more', () => {
    const { saved, offer, safePoint } = setUp();
    offer('1');
    expect(saved).toEqual(['1']);
    expect(safePoint.isWaiting()).toBe(false);
  });

  test('saves what was read before the oldest evidence that is needed, though more keeps coming', () => {
    const { time, saved, offer, safePoint } = setUp();
    for (let second = 0; second < 30; second++) {
      time.nowMs = second * 1000;
      time.neededSinceMs = time.nowMs - 10_000;
      offer(String(second));
      safePoint.check();
    }
    expect(saved.at(-1)).toBe('18');
    expect(safePoint.isWaiting()).toBe(true);
  });

  test('forgets nothing while one stop takes ten minutes, and holds little', () => {
    const { time, saved, offer, safePoint } = setUp();
    time.neededSinceMs = -1;
    for (let second = 0; second < 600; second++) {
      time.nowMs = second * 1000;
      offer(String(second));
    }
    expect(saved).toEqual([]);
    time.neededSinceMs = Number.POSITIVE_INFINITY;
    safePoint.check();
    expect(saved.at(-1)).toBe('599');
    expect(saved.length).toBeLessThanOrEqual(64);
  });

  test('tries again what could not be saved, not at once, and nothing goes before it', () => {
    const { time, saved, errors, safePoint, offer } = setUp();
    let isFull = true;
    safePoint.whenSafe('log', () => {
      if (isFull) throw new Error('disk full');
      saved.push('1');
    });
    time.nowMs = 500;
    safePoint.check();
    expect(errors).toHaveLength(1);
    isFull = false;
    time.nowMs = 1500;
    offer('2', 'journal');
    expect(saved).toEqual(['1', '2']);
    expect(safePoint.isWaiting()).toBe(false);
  });
});
