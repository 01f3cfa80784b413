import type { Incident } from '../model/incident.ts';
import { isRealtimeUsec, type RealtimeUsec } from '../model/time.ts';
import { durationBucketsSeconds } from './incident-log.ts';

/** Seconds from the beginning of a stop to its end; undefined where a witness gives only one of them. */
export function stopDurationSeconds(incident: Incident): number | undefined {
  const { occurredAtUsec, endedAtUsec, timeBasis } = incident;
  if (timeBasis !== 'reported' || endedAtUsec === undefined) return undefined;
  const seconds = (endedAtUsec - occurredAtUsec) / 1_000_000;
  // Two witnesses, two clocks: an end before the beginning is an instant.
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

/** Place of a duration in `DurationCount.buckets`; the last place is what exceeds every bound. */
export function durationBucket(seconds: number): number {
  const place = durationBucketsSeconds.findIndex((bound) => seconds <= bound);
  return place === -1 ? durationBucketsSeconds.length : place;
}

/** The time under which a stop is stored and counted; a witness's impossible time gives way, since it must not lose the stop. */
export function countedAtUsec({ occurredAtUsec }: Incident, now: RealtimeUsec): RealtimeUsec {
  const whole = Math.round(occurredAtUsec);
  return isRealtimeUsec(whole) ? whole : now;
}
