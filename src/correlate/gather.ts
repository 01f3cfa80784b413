import type { Evidence, ProcessTree, SignalSent, StopRequest } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { matchesUnit } from '../model/unit.ts';
import { type Bystanders, requestMemoryMs } from './bystanders.ts';
import { type OpenStop, stopBeginUsec, stopEndUsec } from './open-stop.ts';
import type { UnitTimeline } from './unit-timeline.ts';

/** What a signal or a cgroup move may take to end a service. */
const killLookbackUsec = 10_000_000;
/** The kernel's and PID 1's clocks are one; this covers the batching of journald and of D-Bus. */
const afterglowUsec = 1_000_000;
/** Two clocks reading one moment. */
const clockSlackUsec = 50_000;
const maxRelated = 64;

export interface Gathered {
  readonly evidence: readonly Evidence[];
  readonly related: readonly Evidence[];
}

/** All evidence that bears on a stop: the sightings, the unit's loose evidence in its window, and bystanders'. */
export function gather(stop: OpenStop, timeline: UnitTimeline, bystanders: Bystanders): Gathered {
  const window = windowOf(stop, timeline);
  const own = new Set<Evidence>(stop.sightings.flatMap(({ evidence }) => evidence));
  for (const evidence of timeline.loose()) if (isWithin(evidence, window)) own.add(evidence);
  for (const signal of bystanders.signals.all()) if (isWithin(signal, window) && hitsMainProcess(signal, own)) own.add(signal);
  for (const tree of bystanders.trees.all()) if (treeNames(tree, stop.unit) && isWithin(tree, window)) own.add(tree);
  const related = new Set<Evidence>([
    ...relatedRequests(stop.unit, window, bystanders, own),
    ...bystanders.manager
      .all()
      .filter((entry) => isWithin(entry, { ...window, earliestUsec: window.beginUsec - requestMemoryMs * 1000 })),
    ...relatedJobs(stop.unit, window, bystanders),
    ...relatedFalls([...own], window, bystanders),
  ]);
  for (const peer of peersOf([...own, ...related], bystanders)) related.add(peer);
  return { evidence: inOrder([...own]), related: inOrder([...related]).slice(-maxRelated) };
}

interface Window {
  readonly earliestUsec: RealtimeUsec;
  readonly beginUsec: RealtimeUsec;
  readonly endUsec: RealtimeUsec;
}

function windowOf(stop: OpenStop, timeline: UnitTimeline): Window {
  const begin = stopBeginUsec(stop);
  if (begin === undefined) return { earliestUsec: 0, beginUsec: Number.POSITIVE_INFINITY, endUsec: Number.POSITIVE_INFINITY };
  const nextBegin = timeline.openStops
    .filter((other) => other !== stop)
    .map(stopBeginUsec)
    .find((usec) => usec !== undefined && usec > begin);
  const end = Math.max(stopEndUsec(stop) ?? begin, begin);
  const latest = Math.min(end + afterglowUsec, (nextBegin ?? Number.POSITIVE_INFINITY) - 1);
  return { earliestUsec: timeline.lastClosedEndUsec() ?? 0, beginUsec: begin, endUsec: Math.max(latest, begin) };
}

function isWithin(evidence: Evidence, window: Window): boolean {
  if (evidence.atUsec === undefined) return true;
  const { atUsec } = evidence;
  switch (evidence.kind) {
    case 'request':
      return atUsec > window.earliestUsec - clockSlackUsec && atUsec <= window.beginUsec + clockSlackUsec;
    case 'job-added':
    case 'job-removed':
      return atUsec > window.earliestUsec && atUsec <= window.endUsec;
    case 'signal':
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

/** A signal to a process that this stop's evidence names as the main process. */
function hitsMainProcess(signal: SignalSent, own: ReadonlySet<Evidence>): boolean {
  for (const evidence of own) {
    if (
      evidence.kind === 'service-state' &&
      (evidence.mainPid === signal.target.pid || evidence.execMainPid === signal.target.pid)
    )
      return true;
    if (evidence.kind === 'call-path' && evidence.mainPid === signal.target.pid) return true;
  }
  return false;
}

function treeNames(tree: ProcessTree, unit: string): boolean {
  return tree.unit === unit || tree.requests.some(({ units }) => units.some((pattern) => matchesUnit(pattern, unit)));
}

/**
 * Requests for other units, or for the whole machine, that were made before this stop and could have pulled it in.
 * Where this unit was asked for by name they do not matter.
 */
function relatedRequests(
  unit: string,
  window: Window,
  bystanders: Bystanders,
  own: ReadonlySet<Evidence>,
): readonly StopRequest[] {
  for (const one of own) if (one.kind === 'request' && one.refused === undefined && one.action !== 'start') return [];
  const related: StopRequest[] = [];
  const requests = bystanders.requests.all();
  for (let index = requests.length - 1; index >= 0 && related.length < maxRelatedRequests; index--) {
    const request = requests[index];
    if (request !== undefined && request.unit !== unit && request.refused === undefined && isBefore(request, window))
      related.unshift(request);
  }
  return related;
}

const maxRelatedRequests = 8;

function isBefore({ atUsec }: StopRequest, { beginUsec }: Window): boolean {
  return atUsec === undefined || (atUsec <= beginUsec + clockSlackUsec && atUsec > beginUsec - requestMemoryMs * 1000);
}

/** Jobs added in the same burst as this unit's own. */
const burstUsec = 1_000_000;

function relatedJobs(unit: string, window: Window, bystanders: Bystanders): readonly Evidence[] {
  const jobs = bystanders.jobs.all();
  const own = jobs.findLast((job) => job.unit === unit && (job.atUsec ?? 0) <= window.beginUsec + clockSlackUsec);
  if (own?.atUsec === undefined) return [];
  const ownAtUsec = own.atUsec;
  return jobs.filter((job) => job.unit !== unit && Math.abs((job.atUsec ?? 0) - ownAtUsec) <= burstUsec).slice(-32);
}

/** The stops, under way or just over, of the units that can stop this one. */
function relatedFalls(own: readonly Evidence[], window: Window, bystanders: Bystanders): readonly Evidence[] {
  const units = new Set(own.flatMap((one) => (one.kind === 'unit-relations' ? one.relations.map(({ unit }) => unit) : [])));
  return [...units]
    .map((unit) => bystanders.falls.get(unit))
    .filter((state) => state !== undefined)
    .filter(({ atUsec }) => atUsec !== undefined && atUsec <= window.endUsec && atUsec > window.beginUsec - killLookbackUsec);
}

function peersOf(evidence: readonly Evidence[], bystanders: Bystanders): readonly Evidence[] {
  const names = new Set(evidence.map((one) => ('busName' in one ? one.busName : undefined)));
  return [...names]
    .map((name) => (name === undefined ? undefined : bystanders.peers.get(name)))
    .filter((peer) => peer !== undefined);
}

/** By time; without a time, as they came. */
function inOrder(evidence: readonly Evidence[]): readonly Evidence[] {
  return evidence
    .map((one, index) => ({ one, index }))
    .sort((a, b) => (a.one.atUsec ?? 0) - (b.one.atUsec ?? 0) || a.index - b.index)
    .map(({ one }) => one);
}
