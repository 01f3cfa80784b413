import type { Evidence, JobAdded, JobPulled, ProcessTree, StopRequest } from '../model/evidence.ts';
import { shutdownTargets } from '../model/shutdown.ts';
import { matchesUnit, unitType } from '../model/unit.ts';
import type { Finding } from './cause-rules.ts';
import type { Facts } from './facts.ts';
import { byRelation } from './pulled-in.ts';
import { byShutdown, shutdownCommand } from './shutdown-origin.ts';
import { byConnection, callerOf, lastRequest } from './unseen-caller.ts';

/** Where a stop job came from; never undefined: a job that nothing explains was asked for by somebody unseen. */
export function findOrigin(facts: Facts): Finding {
  return (
    byPull(facts) ??
    byOwnRequest(facts) ??
    byProcessTree(facts) ??
    byShutdown(facts) ??
    byRelation(facts.incident) ??
    byOtherRequest(facts) ??
    byIsolation(facts) ??
    byConnection(facts) ?? { cause: 'requested', attribution: 'inferred', basis: [], rule: 'origin-unseen' }
  );
}

/** PID 1 was seen to put the job on the unit because of another unit: the only witness who knows, not who guesses. */
function byPull({ incident }: Facts): Finding | undefined {
  const pull = incident.evidence.findLast((one): one is JobPulled => one.kind === 'job-pulled');
  if (pull === undefined) return undefined;
  const { byUnit, byJob } = pull;
  const before = incident.related.filter((one): one is StopRequest => one.kind === 'request' && !isLater(one, pull));
  const request = before.findLast(({ unit }) => unit !== undefined && unit === byUnit);
  if (byUnit !== undefined && shutdownTargets.has(byUnit)) {
    const command = shutdownCommand(before, incident.related) ?? request;
    const basis = command === undefined ? [pull] : [pull, command];
    return { cause: 'shutdown', attribution: 'proven', basis, rule: 'shutdown-transaction' };
  }
  const basis = request === undefined ? [pull] : [pull, request];
  // Whoever prints what PID 1 pulls in prints every request too: without one it is PID 1's own job, as of an automatic restart.
  return {
    cause: 'dependency',
    attribution: 'proven',
    basis,
    rule: 'job-pulled',
    ...(byUnit === undefined ? {} : { triggeredByUnit: byUnit }),
    ...(byJob === undefined || request === undefined ? { isOfPidOne: true } : {}),
  };
}

/** The request is told right after what it pulls in. */
const sameCallUsec = 100_000;

function isLater(request: Evidence, pull: JobPulled): boolean {
  return (request.atUsec ?? 0) - (pull.atUsec ?? 0) > sameCallUsec;
}

function byOwnRequest(facts: Facts): Finding | undefined {
  const request = lastRequest(facts.requests);
  if (request === undefined) return undefined;
  const caller = callerOf(request, facts);
  if (caller !== undefined)
    return { cause: 'requested', attribution: 'inferred', basis: [caller, request], rule: 'own-request+connection' };
  return { cause: 'requested', attribution: 'proven', basis: [request], rule: 'own-request' };
}

function byProcessTree({ incident }: Facts): Finding | undefined {
  const tree = incident.evidence.find((one): one is ProcessTree => one.kind === 'process-tree' && asksFor(one, incident.unit));
  return tree === undefined ? undefined : { cause: 'requested', attribution: 'proven', basis: [tree], rule: 'process-tree' };
}

export function asksFor(tree: ProcessTree, unit: string): boolean {
  return tree.requests.some(({ units }) => units.some((pattern) => matchesUnit(pattern, unit)));
}

/**
 * A probe sees every request. What has a job, and was asked for by nobody, was pulled in by the last request for
 * another unit. The bus does not see root's systemctl: there, only isolating a target says as much. Nor does a probe that was
 * away, as one that has not seen PID 1 stop this unit was.
 */
function byOtherRequest({ incident }: Facts): Finding | undefined {
  const request = incident.related.findLast(
    (one): one is StopRequest =>
      one.kind === 'request' && one.unit !== undefined && one.unit !== incident.unit && pullsIn(one, incident.evidence),
  );
  if (request === undefined || !isSameBurst(request, incident)) return undefined;
  return {
    cause: 'dependency',
    attribution: 'inferred',
    basis: [request],
    rule: 'other-units-request',
    ...(request.unit === undefined ? {} : { triggeredByUnit: request.unit }),
  };
}

/** The jobs of a transaction are announced one after the other, within milliseconds; a loaded machine takes a breath. */
const longestPauseUsec = 80_000;

/**
 * To isolate a target is to start it, and to stop in the same transaction all that it does not need. Nobody sees root's
 * systemctl ask for it. What is seen is the target's job, announced at once; then, when PID 1 is done with them, all others in
 * no order. Their ids are higher than the target's.
 */
function byIsolation({ incident }: Facts): Finding | undefined {
  const jobs = incident.related.filter((one): one is JobAdded => one.kind === 'job-added');
  const own = incident.evidence.find((one): one is JobAdded => one.kind === 'job-added' && one.jobId === incident.jobId);
  if (own === undefined) return undefined;
  const burst = burstAround(own, jobs);
  const targets = jobs.filter(({ unit, jobType }) => unitType(unit) === 'target' && jobType !== 'stop');
  const isBelowOthers = (target: JobAdded) =>
    target.jobId < own.jobId && burst.every((job) => job === target || job.jobId > target.jobId);
  const target = targets.filter(isBelowOthers).reduce(highestId, undefined);
  if (target === undefined || !(burst.includes(target) || isOutOfOrder(burst))) return undefined;
  return { cause: 'dependency', attribution: 'inferred', basis: [target], rule: 'isolation', triggeredByUnit: target.unit };
}

function highestId(one: JobAdded | undefined, other: JobAdded): JobAdded {
  return one === undefined || other.jobId > one.jobId ? other : one;
}

/** Jobs that somebody asks for one by one are announced in the order of their ids. */
function isOutOfOrder(jobs: readonly JobAdded[]): boolean {
  return jobs.some(({ jobId }, index) => jobId < (jobs[index - 1]?.jobId ?? 0));
}

/** This job and those that were announced without a pause before it, or after it; the earliest first. */
function burstAround(own: JobAdded, jobs: readonly JobAdded[]): readonly JobAdded[] {
  const ownAtUsec = own.atUsec ?? 0;
  const latestFirst = [own, ...jobs].sort((a, b) => (b.atUsec ?? 0) - (a.atUsec ?? 0));
  let sinceUsec = ownAtUsec;
  return latestFirst
    .filter(({ atUsec = 0 }) => {
      if (atUsec < sinceUsec - longestPauseUsec || atUsec > ownAtUsec + longestPauseUsec) return false;
      sinceUsec = Math.min(sinceUsec, atUsec);
      return true;
    })
    .reverse();
}

const pullingActions: ReadonlySet<string> = new Set([
  'start',
  'stop',
  'restart',
  'try-restart',
  'reload-or-restart',
  'reload-or-try-restart',
]);

/** Stops pull in what requires the unit; starts stop what conflicts with it, or all the rest (isolate). */
function pullsIn(request: StopRequest, evidence: readonly Evidence[]): boolean {
  if (request.mode === 'isolate') return true;
  const { source } = request;
  const seesAll =
    (source === 'stap' || source === 'tracefs') && evidence.some((one) => one.kind === 'call-path' && one.source === source);
  return seesAll && pullingActions.has(request.action);
}

/** A request pulls others in while it is carried out, not minutes later: its own stop must not be long over. */
const transactionUsec = 10_000_000;

function isSameBurst(request: StopRequest, incident: Facts['incident']): boolean {
  if (request.atUsec === undefined || incident.timeBasis !== 'reported') return true;
  return incident.occurredAtUsec - request.atUsec <= transactionUsec;
}
