import type { Evidence, StopRequest } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { type OpenStop, stopBeginUsec, stopEndUsec } from './open-stop.ts';
import type { UnitTimeline } from './unit-timeline.ts';

/** What a signal or a cgroup move may take to end a service. */
export const killLookbackUsec = 10_000_000;
/** The kernel's and PID 1's clocks are one; this covers the batching of journald and of D-Bus. */
const afterglowUsec = 1_000_000;
/** Two clocks reading one moment. */
export const clockSlackUsec = 50_000;

/** Between which moments evidence can be of a stop. */
export interface Window {
  readonly earliestUsec: RealtimeUsec;
  /** When the unit came up, as far as PID 1 tells: what was asked before was not asked of this life. */
  readonly cameUpUsec: RealtimeUsec;
  readonly beginUsec: RealtimeUsec;
  /** When the bus showed us the beginning: its requests are stamped by the same clock, which may lag behind PID 1's. */
  readonly shownUsec: RealtimeUsec;
  readonly endUsec: RealtimeUsec;
}

export function windowOf(stop: OpenStop, timeline: UnitTimeline): Window {
  const begin = stopBeginUsec(stop);
  if (begin === undefined) return ofNoTime;
  const end = Math.max(stopEndUsec(stop) ?? begin, begin);
  const latest = Math.min(end + afterglowUsec, nextBeginUsec(begin, timeline.openStops) - 1);
  const window = {
    earliestUsec: timeline.lastClosedEndUsec(begin) ?? 0,
    cameUpUsec: 0,
    beginUsec: begin,
    shownUsec: stop.sightings.find(({ witness }) => witness === 'bus')?.evidence[0]?.atUsec ?? 0,
    endUsec: Math.max(latest, begin),
  };
  for (const { roseUsec = 0, evidence } of stop.sightings) {
    window.earliestUsec = Math.max(window.earliestUsec, roseUsec);
    for (const one of evidence) window.cameUpUsec = Math.max(window.cameUpUsec, risenBefore(one, begin));
  }
  return window;
}

const ofNoTime: Window = {
  earliestUsec: 0,
  cameUpUsec: 0,
  beginUsec: Number.POSITIVE_INFINITY,
  shownUsec: 0,
  endUsec: Number.POSITIVE_INFINITY,
};

function nextBeginUsec(beginUsec: RealtimeUsec, stops: readonly OpenStop[]): RealtimeUsec {
  for (const stop of stops) {
    const next = stopBeginUsec(stop);
    if (next !== undefined && next > beginUsec) return next;
  }
  return Number.POSITIVE_INFINITY;
}

function risenBefore(evidence: Evidence, beginUsec: RealtimeUsec): RealtimeUsec {
  const risenUsec = evidence.kind === 'unit-state' ? (evidence.inactiveExitedAtUsec ?? 0) : 0;
  return risenUsec <= beginUsec ? risenUsec : 0;
}

export function isWithin(evidence: Evidence, window: Window): boolean {
  if (evidence.atUsec === undefined) return true;
  const { atUsec } = evidence;
  switch (evidence.kind) {
    case 'request':
    case 'job-pulled':
      return atUsec > upSinceUsec(window) && atUsec <= latestRequestUsec(evidence, window);
    case 'job-added':
    case 'job-removed':
      return atUsec > window.earliestUsec && atUsec <= window.endUsec;
    case 'signal':
    case 'oom-victim':
    case 'cgroup-move':
    case 'cgroup-empty':
      return (
        atUsec > Math.max(window.earliestUsec, window.beginUsec - killLookbackUsec) &&
        atUsec <= window.endUsec - afterglowUsec + clockSlackUsec
      );
    default:
      return atUsec > Math.max(window.earliestUsec, window.beginUsec - killLookbackUsec) && atUsec <= window.endUsec;
  }
}

/** What was asked before was not asked of this life of the unit. */
export function upSinceUsec({ earliestUsec, cameUpUsec }: Window): RealtimeUsec {
  return Math.max(earliestUsec, cameUpUsec) - clockSlackUsec;
}

export function latestOf(window: Window): (request: StopRequest) => RealtimeUsec {
  return (request) => latestRequestUsec(request, window);
}

function latestRequestUsec({ source }: Evidence, { beginUsec, shownUsec }: Window): RealtimeUsec {
  return Math.max(beginUsec + clockSlackUsec, source === 'dbus' ? shownUsec : 0);
}
