import { describe, expect, test } from 'vitest';
import { createRateLimiter } from '../../../src/http/guard/rate-limiter.ts';

const limit = { intervalMs: 1000, burst: 2 };

describe('createRateLimiter', () => {
  test('lets a burst through, then one each interval, and never more than a burst at once', () => {
    const limiter = createRateLimiter();
    const at = (...times: readonly number[]) => times.map((nowMs) => limiter.allows(limit, nowMs));
    expect(at(0, 0, 0, 500, 999)).toEqual([true, true, false, false, false]);
    expect(at(1000, 1500, 2001)).toEqual([true, false, true]);
    expect(at(1_000_000, 1_000_000, 1_000_000)).toEqual([true, true, false]);
  });

  test('begins anew where the limit changes', () => {
    const limiter = createRateLimiter();
    expect([limiter.allows({ intervalMs: 1000, burst: 1 }, 0), limiter.allows({ intervalMs: 1000, burst: 1 }, 0)]).toEqual([
      true,
      false,
    ]);
    expect(limiter.allows(limit, 0)).toBe(true);
  });
});
