import type { Evidence, JobAdded, JobPulled, JournalEntry, ProcessTree, SignalSent, StopRequest } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { matchesUnit } from '../model/unit.ts';
import { type Bystanders, requestMemoryMs } from './bystanders.ts';
import { type OpenStop, stopBeginUsec, stopEndUsec } from './open-stop.ts';
import { relatedFalls } from './related-falls.ts';
import { relatedRequests } from './related-requests.ts';
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
  if (stop.isBare === true) return { evidence: stop.sightings.flatMap(({ evidence }) => evidence), related: [] };
  const window = windowOf(stop, timeline);
  const own = ownEvidence(stop, timeline, { window, bystanders });
  const pull = [...own].find((one) => one.kind === 'job-pulled');
  const jobs = relatedJobs(stop.unit, window, bystanders);
  const decisive: readonly Evidence[] = [
    ...(pull === undefined ? [] : requestsBehind(pull, bystanders)),
    ...(pull !== undefined || isAskedFor(own) ? [] : pullingEvidence(stop.unit, jobs, { window, bystanders })),
    ...bystanders.manager.all().filter((entry) => isRecent(entry, window)),
  ];
  const related = new Set([...decisive, ...peersOf([...own, ...decisive], bystanders), ...jobs]);
  return { evidence: inOrder([...own]), related: inOrder([...related].slice(0, maxRelated)) };
}

/** Who asked for the job that pulled this one in: by its id, else by the unit and the time. */
function requestsBehind({ byUnit, byJob, atUsec }: JobPulled, { requests }: Bystanders): readonly StopRequest[] {
  const granted = requests.all().filter(({ refused }) => refused === undefined);
  const known = granted.filter((one) => one.unit === byUnit && canAddJob(one, byJob?.action));
  const ofJob = known.filter(({ jobId }) => jobId !== undefined && jobId === byJob?.id);
  const near = ofJob.length > 0 ? ofJob : known.filter((one) => one.jobId === undefined && isNear(one, atUsec));
  // Who shuts the machine down asks logind, which then asks for the target.
  return [...near, ...granted.filter((one) => one.action === 'shutdown' && isNear(one, atUsec))];
}

/** A `try-restart` adds a job to restart; who asked for a stop is not behind one. */
function canAddJob({ action }: StopRequest, jobType: string | undefined): boolean {
  return jobType === undefined || action.includes(jobType);
}

function isNear(request: StopRequest, atUsec: RealtimeUsec | undefined): boolean {
  return Math.abs((request.atUsec ?? 0) - (atUsec ?? 0)) <= requestSlackUsec;
}

/** A request is seen on its way, or as it is carried out. */
const requestSlackUsec = 2_000_000;

interface Surroundings {
  readonly window: Window;
  readonly bystanders: Bystanders;
}

function ownEvidence(stop: OpenStop, timeline: UnitTimeline, { window, bystanders }: Surroundings): ReadonlySet<Evidence> {
  const own = new Set<Evidence>(stop.sightings.flatMap(({ evidence }) => evidence));
  const invocationId = stop.sightings.find((sighting) => sighting.invocationId !== undefined)?.invocationId;
  for (const evidence of timeline.loose())
    if (isWithin(evidence, window) && !isOfOtherLife(evidence, invocationId)) own.add(evidence);
  for (const signal of bystanders.signals.all()) if (isWithin(signal, window) && hitsMainProcess(signal, own)) own.add(signal);
  for (const tree of bystanders.trees.all()) if (treeNames(tree, stop.unit) && isWithin(tree, window)) own.add(tree);
  return own;
}

function isOfOtherLife(evidence: Evidence, invocationId: string | undefined): boolean {
  if (evidence.kind !== 'journal' || evidence.invocationId === undefined) return false;
  return invocationId !== undefined && evidence.invocationId !== invocationId;
}

/** Somebody asked for this unit by name: what else could have pulled it in does not matter. */
function isAskedFor(own: ReadonlySet<Evidence>): boolean {
  for (const one of own) if (one.kind === 'request' && one.refused === undefined && one.action !== 'start') return true;
  return false;
}

/** Requests for other units, and the units that can stop this one with what became of them, and of those that can stop them. */
function pullingEvidence(unit: string, jobs: readonly JobAdded[], { window, bystanders }: Surroundings): ReadonlySet<Evidence> {
  const addedAtUsec = ownJob(unit, window, bystanders)?.atUsec;
  const span = { fromUsec: window.beginUsec - requestMemoryMs * 1000, latestUsec: latestOf(window), addedAtUsec };
  const evidence = new Set<Evidence>(relatedRequests(unit, span, bystanders));
  const period = { fromUsec: window.beginUsec - killLookbackUsec, toUsec: window.endUsec, addedAtUsec };
  const units = new Set([unit, ...jobs.filter((job) => isConflict(job, unit, bystanders)).map((job) => job.unit)]);
  // A set goes on with what is added to it meanwhile.
  for (const moved of units) {
    const relations = bystanders.relations.get(moved);
    if (relations === undefined) continue;
    evidence.add(relations);
    const others = new Set(relations.relations.map((relation) => relation.unit));
    const falls = relatedFalls(relations.relations, period, bystanders);
    for (const mover of [...falls, ...jobs.filter((job) => others.has(job.unit))]) {
      evidence.add(mover);
      if (units.size < maxMovers) units.add(mover.unit);
    }
  }
  return evidence;
}

const maxMovers = 16;

/** Conflicts= works both ways, and may be written in a unit that was not loaded when this one came up. */
function isConflict(job: JobAdded, unit: string, bystanders: Bystanders): boolean {
  const relations = bystanders.relations.get(job.unit)?.relations ?? [];
  return relations.some((relation) => relation.unit === unit && relation.when === 'start');
}

interface Window {
  readonly earliestUsec: RealtimeUsec;
  readonly beginUsec: RealtimeUsec;
  /** When the bus showed us the beginning: its requests are stamped by the same clock, which may lag behind PID 1's. */
  readonly shownUsec: RealtimeUsec;
  readonly endUsec: RealtimeUsec;
}

function windowOf(stop: OpenStop, timeline: UnitTimeline): Window {
  const begin = stopBeginUsec(stop);
  if (begin === undefined)
    return { earliestUsec: 0, beginUsec: Number.POSITIVE_INFINITY, shownUsec: 0, endUsec: Number.POSITIVE_INFINITY };
  const nextBegin = timeline.openStops
    .filter((other) => other !== stop)
    .map(stopBeginUsec)
    .find((usec) => usec !== undefined && usec > begin);
  const end = Math.max(stopEndUsec(stop) ?? begin, begin);
  const latest = Math.min(end + afterglowUsec, (nextBegin ?? Number.POSITIVE_INFINITY) - 1);
  const shown = stop.sightings.find(({ witness }) => witness === 'bus')?.evidence[0]?.atUsec ?? 0;
  return {
    earliestUsec: Math.max(timeline.lastClosedEndUsec(begin) ?? 0, ...stop.sightings.map(({ roseUsec = 0 }) => roseUsec)),
    beginUsec: begin,
    shownUsec: shown,
    endUsec: Math.max(latest, begin),
  };
}

function isWithin(evidence: Evidence, window: Window): boolean {
  if (evidence.atUsec === undefined) return true;
  const { atUsec } = evidence;
  switch (evidence.kind) {
    case 'request':
    case 'job-pulled':
      return atUsec > window.earliestUsec - clockSlackUsec && atUsec <= latestRequestUsec(evidence, window);
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

function latestOf(window: Window): (request: StopRequest) => RealtimeUsec {
  return (request) => latestRequestUsec(request, window);
}

function latestRequestUsec({ source }: Evidence, { beginUsec, shownUsec }: Window): RealtimeUsec {
  return Math.max(beginUsec + clockSlackUsec, source === 'dbus' ? shownUsec : 0);
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

/** The last job of the unit that was there when its stop began. */
function ownJob(unit: string, { beginUsec, shownUsec }: Window, { jobs }: Bystanders): JobAdded | undefined {
  const latestUsec = Math.max(beginUsec + clockSlackUsec, shownUsec);
  return jobs.all().findLast((job) => job.unit === unit && (job.atUsec ?? 0) <= latestUsec);
}

/** Jobs added in the same burst as this unit's own. */
const burstUsec = 1_000_000;

/**
 * The jobs that can have pulled in this unit's own: older, by their ids, and not over when it was added. The lowest id
 * first: that of the job which pulled in all others. Before them, a younger job that was announced right before this one: it
 * shows that both are of one transaction.
 */
function relatedJobs(unit: string, window: Window, bystanders: Bystanders): readonly JobAdded[] {
  const { jobs, jobEndsUsec } = bystanders;
  const own = ownJob(unit, window, bystanders);
  if (own?.atUsec === undefined) return [];
  const ownAtUsec = own.atUsec;
  const burst = jobsOfBurst(jobs.all(), ownAtUsec);
  const before = burst[burst.indexOf(own) + 1];
  const older = burst
    .filter(({ jobId }) => jobId < own.jobId)
    .filter(({ jobId }) => (jobEndsUsec.get(jobId) ?? ownAtUsec) >= ownAtUsec)
    .sort((a, b) => a.jobId - b.jobId);
  return before !== undefined && before.jobId > own.jobId ? [before, ...older] : older;
}

/** From the newest backwards, only as far as need be: with thousands of jobs remembered this was a quarter of all work. */
function jobsOfBurst(jobs: readonly JobAdded[], ownAtUsec: RealtimeUsec): JobAdded[] {
  const burst: JobAdded[] = [];
  for (let index = jobs.length - 1; index >= 0; index--) {
    const job = jobs[index];
    if (job?.atUsec === undefined) continue;
    const beforeUsec = ownAtUsec - job.atUsec;
    // A job may have come later than younger ones did, but not by more than a witness lags.
    if (beforeUsec > burstUsec + maxLagUsec) break;
    if (Math.abs(beforeUsec) <= burstUsec) burst.push(job);
  }
  return burst;
}

const maxLagUsec = 10_000_000;

/** A shutdown is announced once, and stops units for as long as the slowest takes. */
function isRecent({ atUsec }: JournalEntry, { beginUsec, endUsec }: Window): boolean {
  return atUsec === undefined || (atUsec <= endUsec && atUsec > beginUsec - requestMemoryMs * 1000);
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
