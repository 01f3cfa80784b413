import type { RealtimeUsec } from '../model/time.ts';
import type { Sighting } from './sighting.ts';

/** A stop as its witnesses report it, while it is still being put together. */
export interface OpenStop {
  readonly unit: string;
  /** At most one of each witness. */
  readonly sightings: Sighting[];
  /** When its first evidence arrived, by the clock of arrivals. */
  readonly firstArrivalMs: number;
  /** When the last did. */
  lastArrivalMs: number;
  /** When it was first known to be over. */
  overAtMs?: number;
  /** When it could first have been closed; it may then wait for the stop that pulled it in. */
  readyAtMs?: number;
  /** The units whose requests may have pulled it in, looked up when it was first ready. */
  anchors?: readonly Anchor[];
  /** Too many stops were under way when it began: it is counted, and nothing is said of its cause. */
  isBare?: boolean;
  /** Set before it is closed. */
  traceId?: string;
}

/** A unit for which something was asked before this stop. */
export interface Anchor {
  readonly unit: string;
  readonly askedAtUsec?: RealtimeUsec;
}

/**
 * How far apart two witnesses may put the same stop. systemd coalesces signals and journald batches, both
 * by milliseconds; under load a signal was seen 0.4 s late.
 */
const slackUsec = 2_000_000;

/** Whether a sighting is another view of this stop: nobody sees the same stop twice. */
export function joins(sighting: Sighting, stop: OpenStop): boolean {
  if (stop.sightings.some(({ witness }) => witness === sighting.witness)) return false;
  return stop.sightings.every((other) => isCompatible(sighting, other));
}

function isCompatible(one: Sighting, other: Sighting): boolean {
  if (differs(one.invocationId, other.invocationId) || differs(one.jobId, other.jobId)) return false;
  if (one.sinceUsec !== undefined || other.sinceUsec !== undefined) return isWithinGap(one, other) && isWithinGap(other, one);
  return overlaps(one, other) && overlaps(other, one);
}

/** `other` began while the witness of `one` was away. */
function isWithinGap({ sinceUsec, beginUsec }: Sighting, other: Sighting): boolean {
  if (sinceUsec === undefined || beginUsec === undefined || other.beginUsec === undefined) return true;
  return other.beginUsec >= sinceUsec - slackUsec && other.beginUsec <= beginUsec + slackUsec;
}

function differs<T>(one: T | undefined, other: T | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

/** `one` does not begin after `other` has ended. Where there is no time, nothing speaks against it. */
function overlaps(one: Sighting, other: Sighting): boolean {
  return one.beginUsec === undefined || one.beginUsec <= overlapUntilUsec(other);
}

function overlapUntilUsec({ beginUsec, endUsec = beginUsec, ended }: Sighting): RealtimeUsec {
  if (beginUsec === undefined || endUsec === undefined || ended !== true) return Number.POSITIVE_INFINITY;
  return Math.max(endUsec, beginUsec) + slackUsec;
}

/** No witness that was there begins another view of this stop later; one that was away may. */
export function lastViewUsec({ sightings }: OpenStop): RealtimeUsec {
  let last = Number.POSITIVE_INFINITY;
  for (const sighting of sightings) last = Math.min(last, overlapUntilUsec(sighting));
  return last;
}

/** All that can end has ended; a witness that reports no ends is not waited for. */
export function isOver(stop: OpenStop): boolean {
  if (stop.sightings.some(({ ended }) => ended === true)) return true;
  return stop.sightings.every(({ ended }) => ended === 'never');
}

export function stopBeginUsec(stop: OpenStop): RealtimeUsec | undefined {
  let first: RealtimeUsec | undefined;
  for (const { beginUsec } of stop.sightings)
    if (beginUsec !== undefined && (first === undefined || beginUsec < first)) first = beginUsec;
  return first;
}

export function stopEndUsec(stop: OpenStop): RealtimeUsec | undefined {
  let last: RealtimeUsec | undefined;
  for (const { endUsec } of stop.sightings) if (endUsec !== undefined && (last === undefined || endUsec > last)) last = endUsec;
  return last;
}

/** The stop whose beginning is nearest to a time. */
export function nearestTo(usec: RealtimeUsec, stops: readonly OpenStop[]): OpenStop | undefined {
  const distance = (stop: OpenStop): number => Math.abs((stopBeginUsec(stop) ?? 0) - usec);
  return stops.reduce<OpenStop | undefined>(
    (best, stop) => (best === undefined || distance(stop) < distance(best) ? stop : best),
    undefined,
  );
}
