import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { retryDelayMs } from '../../../src/sinks/otlp/retry-delay.ts';

describe('retryDelayMs', () => {
  test('stays between 1 s and 60 s for any number of failures and any chance', () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.nat(), chance, (failures, random) => {
        const delay = retryDelayMs(failures, () => random);
        expect(delay).toBeGreaterThanOrEqual(1_000);
        expect(delay).toBeLessThanOrEqual(60_000);
      }),
    );
  });

  test('leaves half of the delay to chance', () => {
    expect([retryDelayMs(9, () => 0), retryDelayMs(9, () => 1)]).toEqual([30_000, 60_000]);
  });
});
