import { describe, expect, test } from 'vitest';
import { durationBucketsSeconds } from '../../src/incident-log/incident-log.ts';
import { durationBucket, stopDurationSeconds } from '../../src/incident-log/stop-duration.ts';
import { sampleIncident } from '../support/sample-incident.ts';

describe('stopDurationSeconds', () => {
  test('is the time from the beginning to the end', () => {
    expect(stopDurationSeconds(sampleIncident().incident)).toBe(1.5);
  });

  test('is unknown where nobody saw the end or nobody knows the beginning', () => {
    const { endedAtUsec: _, ...endless } = sampleIncident().incident;
    expect(stopDurationSeconds(endless)).toBeUndefined();
    expect(stopDurationSeconds({ ...sampleIncident().incident, timeBasis: 'after' })).toBeUndefined();
    expect(stopDurationSeconds({ ...sampleIncident().incident, timeBasis: 'read' })).toBeUndefined();
  });

  test('is 0 where the clocks of two witnesses disagree', () => {
    const { incident } = sampleIncident({ incident: { occurredAtUsec: 2_000_000, endedAtUsec: 1_000_000 } });
    expect(stopDurationSeconds(incident)).toBe(0);
  });
});

describe('durationBucket', () => {
  test('holds a duration that equals its bound', () => {
    expect(durationBucketsSeconds.map(durationBucket)).toEqual(durationBucketsSeconds.map((_, index) => index));
  });

  test('is the last one for what exceeds every bound', () => {
    expect(durationBucket(300.000001)).toBe(durationBucketsSeconds.length);
    expect(durationBucket(Number.POSITIVE_INFINITY)).toBe(durationBucketsSeconds.length);
  });
});
