import type { Evidence, JobAdded, JournalEntry, ProcessTree, SignalSent } from '../model/evidence.ts';
import { matchesUnit } from '../model/unit.ts';
import { type Bystanders, requestMemoryMs } from './bystanders.ts';
import type { OpenStop } from './open-stop.ts';
import { relatedFalls } from './related-falls.ts';
import { ownJob, relatedJobs } from './related-jobs.ts';
import { isRefusedUnseen, relatedRequests } from './related-requests.ts';
import { connectionsBefore, requestsBehind } from './requests-behind.ts';
import type { UnitTimeline } from './unit-timeline.ts';
import { clockSlackUsec, isWithin, killLookbackUsec, latestOf, upSinceUsec, type Window, windowOf } from './window.ts';

const maxRelated = 64;

export interface Gathered {
  readonly evidence: readonly Evidence[];
  readonly related: readonly Evidence[];
}

/** All evidence that bears on a stop: the sightings, the unit's loose evidence in its window, and bystanders'. */
export function gather(stop: OpenStop, timeline: UnitTimeline, bystanders: Bystanders): Gathered {
  if (stop.isBare === true) return { evidence: stop.sightings.flatMap(({ evidence }) => evidence), related: [] };
  const window = windowOf(stop, timeline);
  const job = ownJob(stop.unit, window, bystanders);
  const around = { window, job, bystanders };
  const own = ownEvidence(stop, timeline, around);
  const pull = [...own].find((one) => one.kind === 'job-pulled');
  const jobs = relatedJobs(job, bystanders);
  const decisive: readonly Evidence[] = [
    ...(pull === undefined ? [] : requestsBehind(pull, bystanders)),
    ...(pull !== undefined || isAskedFor(own) ? [] : pullingEvidence(stop.unit, jobs, around)),
    ...connectionsBefore(own, bystanders),
    ...bystanders.manager.all().filter((entry) => isRecent(entry, window)),
  ];
  const related = new Set([...decisive, ...peersOf(own, bystanders), ...peersOf(decisive, bystanders), ...jobs]);
  return { evidence: inOrder(own), related: inOrder([...related].slice(0, maxRelated)) };
}

interface Surroundings {
  readonly window: Window;
  /** The unit's own. */
  readonly job: JobAdded | undefined;
  readonly bystanders: Bystanders;
}

function ownEvidence(stop: OpenStop, timeline: UnitTimeline, { window, job, bystanders }: Surroundings): ReadonlySet<Evidence> {
  const own = new Set<Evidence>(stop.sightings.flatMap(({ evidence }) => evidence));
  const invocationId = stop.sightings.find((sighting) => sighting.invocationId !== undefined)?.invocationId;
  for (const evidence of timeline.loose())
    if (isWithin(evidence, window) && !isOfOtherLife(evidence, invocationId) && !isRefusedUnseen(evidence, job))
      own.add(evidence);
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
function pullingEvidence(
  unit: string,
  jobs: readonly JobAdded[],
  { window, job, bystanders }: Surroundings,
): ReadonlySet<Evidence> {
  const addedAtUsec = job?.atUsec;
  const fromUsec = window.beginUsec - requestMemoryMs * 1000;
  const span = { fromUsec, upSinceUsec: upSinceUsec(window), latestUsec: latestOf(window), addedAtUsec };
  const evidence = new Set<Evidence>(relatedRequests(unit, span, bystanders));
  const period = { fromUsec: window.beginUsec - killLookbackUsec, toUsec: window.endUsec, addedAtUsec };
  const units = new Set([unit, ...jobs.filter((other) => isConflict(other, unit, bystanders)).map((other) => other.unit)]);
  // A set goes on with what is added to it meanwhile.
  for (const moved of units) {
    const relations = bystanders.relations.get(moved);
    if (relations === undefined) continue;
    evidence.add(relations);
    const others = new Set(relations.relations.map((relation) => relation.unit));
    const falls = relatedFalls(relations.relations, period, bystanders);
    for (const mover of [...falls, ...jobs.filter((other) => others.has(other.unit))]) {
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
 * A shutdown is asked for and announced once, before the first unit stops, and stops units for as long as the slowest takes: not what had
 * begun to stop before, nor what came up after it, at the next boot.
 */
function isRecent({ atUsec, event }: JournalEntry, window: Window): boolean {
  const { beginUsec, endUsec } = window;
  if (atUsec === undefined) return true;
  const isOfMachine = event === 'shutdown' || event === 'manager-request';
  if (isOfMachine && (atUsec > beginUsec + clockSlackUsec || atUsec <= upSinceUsec(window))) return false;
  return atUsec <= endUsec && atUsec > beginUsec - requestMemoryMs * 1000;
}

function peersOf(evidence: Iterable<Evidence>, bystanders: Bystanders): readonly Evidence[] {
  const found: Evidence[] = [];
  for (const one of evidence) {
    const peer = 'busName' in one && one.busName !== undefined ? bystanders.peers.get(one.busName) : undefined;
    if (peer !== undefined) found.push(peer);
  }
  return found;
}

/** By time; without a time, and of one time, as they came. */
function inOrder(evidence: Iterable<Evidence>): readonly Evidence[] {
  return [...evidence].sort((a, b) => (a.atUsec ?? 0) - (b.atUsec ?? 0));
}
