import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createClosedStops } from '../../src/correlate/closed-stops.ts';
import { joins, type OpenStop } from '../../src/correlate/open-stop.ts';
import { endSighting, newSighting, type Sighting } from '../../src/correlate/sighting.ts';
import type { Evidence } from '../../src/model/evidence.ts';
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

  test('is also what its witness tells only when a later one is closed', () => {
    const sighting = newSighting('probe', unitState(0, 'deactivating', 'stop-sigterm'));
    const closed = createClosedStops((one) => one === sighting);
    closed.add({ unit: 'sleepy.service', sightings: [sighting], firstArrivalMs: 0, lastArrivalMs: 0 });
    closed.add(stop(t0 + second / 2, t0 + second));
    endSighting(sighting, t0 + 3 * second);
    expect(closed.lastEndUsec()).toBe(t0 + 3 * second);
  });
});

describe('the stops that a sighting may be another view of', () => {
  const usec = fc.integer({ min: 0, max: 9 }).map((seconds) => t0 + seconds * second);
  const sighting = (witness: Sighting['witness']) =>
    fc.record(
      {
        witness: fc.constant(witness),
        beginUsec: usec,
        endUsec: usec,
        sinceUsec: usec,
        ended: fc.constantFrom(true, false, 'never' as const),
        notAStop: fc.constant(false),
        evidence: fc.constant<Evidence[]>([]),
      },
      { requiredKeys: ['witness', 'ended', 'notAStop', 'evidence'] },
    );
  const sightings = fc.oneof(fc.tuple(sighting('bus')), fc.tuple(sighting('bus'), sighting('journal')));

  test('are all that it joins', () => {
    fc.assert(
      fc.property(fc.array(sightings, { maxLength: 6 }), sighting('probe'), (all, late) => {
        const stops = all.map((views) => ({ unit: 'a.service', sightings: [...views], firstArrivalMs: 0, lastArrivalMs: 0 }));
        const closed = createClosedStops();
        for (const one of stops) closed.add(one);
        const found = closed.of(late).filter((one) => joins(late, one));
        expect(found).toEqual(stops.filter((one) => joins(late, one)));
      }),
    );
  });
});
