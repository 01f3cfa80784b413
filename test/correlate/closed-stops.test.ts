import { describe, expect, test } from 'vitest';
import { createClosedStops } from '../../src/correlate/closed-stops.ts';
import type { OpenStop } from '../../src/correlate/open-stop.ts';
import { newSighting } from '../../src/correlate/sighting.ts';
import { t0, unitState } from '../support/evidence.ts';

const second = 1_000_000;

function stop(beginUsec: number, endUsec: number): OpenStop {
  const sighting = { ...newSighting('bus', unitState(beginUsec - t0, 'inactive', 'dead')), endUsec };
  return { unit: 'sleepy.service', sightings: [sighting], firstArrivalMs: 0, lastArrivalMs: 0 };
}

describe('the end of the stop before', () => {
  test('is that of the last one that began before', () => {
    const closed = createClosedStops();
    closed.add(stop(t0, t0 + second));
    closed.add(stop(t0 + 2 * second, t0 + 3 * second));
    expect(closed.lastEndUsec(t0 + 4 * second)).toBe(t0 + 3 * second);
  });

  test('is not that of a later one, which was closed first because more witnesses saw it', () => {
    const closed = createClosedStops();
    closed.add(stop(t0 + 2 * second, t0 + 3 * second));
    expect(closed.lastEndUsec(t0 + second)).toBeUndefined();
  });

  test('is that of the later one also where the earlier was closed last', () => {
    const closed = createClosedStops();
    closed.add(stop(t0 + 2 * second, t0 + 3 * second));
    closed.add(stop(t0, t0 + second));
    expect(closed.lastEndUsec(t0 + 4 * second)).toBe(t0 + 3 * second);
  });
});
