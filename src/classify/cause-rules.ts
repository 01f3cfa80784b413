import type { Cause } from '../model/cause.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Attribution } from '../model/incident.ts';
import type { Facts } from './facts.ts';
import { oomVictimOf, sigkill } from './oom-victim.ts';
import { findOrigin } from './origin-rules.ts';
import { processEndCauses, serviceResultCauses } from './service-results.ts';

/** What a rule concludes, and from what. */
export interface Finding {
  readonly cause: Cause | 'not-a-stop';
  readonly attribution: Attribution;
  readonly basis: readonly Evidence[];
  /** A rule may hand on to a finer one, whose name then stands in the verdict. */
  readonly rule?: string;
  /** The unit whose job pulled this one in. */
  readonly triggeredByUnit?: string;
  /** PID 1 pulled it in by itself, in nobody's job. */
  readonly isOfPidOne?: boolean;
}

/** One way to tell a cause. */
export interface CauseRule {
  readonly name: string;
  find(facts: Facts): Finding | undefined;
}

/** Strongest first; the first that finds something decides. */
export const causeRules: readonly CauseRule[] = [
  { name: 'call-path', find: byCallPath },
  { name: 'oom-killer', find: byOom },
  { name: 'watchdog', find: byWatchdog },
  { name: 'timeout', find: byTimeout },
  { name: 'job', find: byJob },
  { name: 'kill-request', find: byKillRequest },
  { name: 'main-process-alive', find: byLiveMainProcess },
  { name: 'process-end', find: byProcessEnd },
  { name: 'cgroup-empty-event', find: byCgroupEvent },
  { name: 'no-process-ended', find: byNoProcessEnded },
  { name: 'service-result', find: byServiceResult },
  { name: 'request', find: byRequest },
];

function byCallPath(facts: Facts): Finding | undefined {
  const match = facts.path;
  if (match?.row === undefined) return undefined;
  const { path, row } = match;
  const rule = `call-path:${row.name}`;
  switch (row.conclusion) {
    case 'requested':
      return refined(findOrigin(facts), path, rule);
    case 'exited':
      return { ...cleanEnd(facts, path), rule };
    case 'process-failed':
      return { ...failedEnd(facts, path), rule };
    default:
      return { cause: row.conclusion, attribution: 'proven', basis: [path], rule };
  }
}

function refined(origin: Finding, evidence: Evidence, rule: string): Finding {
  return { ...origin, basis: [evidence, ...origin.basis], rule: origin.rule === undefined ? rule : `${rule}+${origin.rule}` };
}

/** A main process killed by TERM, HUP, INT or PIPE is a clean end to systemd: the exit status says which it was. */
function cleanEnd(facts: Facts, path: Evidence): Finding {
  const { exit } = facts;
  if (exit === undefined || exit.code === 'exited')
    return { cause: 'exited', attribution: 'proven', basis: exit === undefined ? [path] : [path, exit.evidence] };
  return killed(facts, [path]);
}

/** systemd's result names the first failure; the main process may have been killed because of it. */
function failedEnd(facts: Facts, path: Evidence): Finding {
  const { result, exit } = facts;
  const cause = result === undefined ? undefined : serviceResultCauses[result.word];
  const isOfSignal = cause === undefined || cause === 'signal' || cause === 'core-dump';
  if (isOfSignal && (exit?.code === 'killed' || exit?.code === 'dumped')) return killed(facts, [path]);
  if (result !== undefined && cause !== undefined && processEndCauses.has(cause))
    return { cause, attribution: 'proven', basis: [path, result.evidence] };
  if (exit !== undefined) return { cause: 'exit-code', attribution: 'proven', basis: [path, exit.evidence] };
  return { cause: 'unknown', attribution: 'none', basis: [path] };
}

/** A process killed by a signal: who asked PID 1 to send it comes before the signal itself. */
function killed(facts: Facts, before: readonly Evidence[]): Finding {
  const { exit } = facts;
  const victim = exit?.status === sigkill ? oomVictimOf(facts) : undefined;
  if (victim !== undefined) return { cause: 'oom-kill', attribution: 'proven', basis: [...before, victim], rule: 'oom-killer' };
  const request = facts.requests.find(({ action }) => action === 'kill') ?? facts.journal('client-signal');
  if (request !== undefined)
    return { cause: 'requested', attribution: 'proven', basis: [...before, request], rule: 'kill-request' };
  const evidence = exit === undefined ? [] : [exit.evidence];
  return { cause: exit?.code === 'dumped' ? 'core-dump' : 'signal', attribution: 'proven', basis: [...before, ...evidence] };
}

function hasJob(facts: Facts): boolean {
  return facts.incident.jobId !== undefined || facts.journal('stopping') !== undefined;
}

function byOom(facts: Facts): Finding | undefined {
  if (hasJob(facts)) return undefined;
  const entry = facts.journal('out-of-memory', 'oomd-kill');
  if (facts.result?.word === 'oom-kill')
    return { cause: 'oom-kill', attribution: 'proven', basis: [facts.result.evidence, ...(entry === undefined ? [] : [entry])] };
  return entry === undefined ? undefined : { cause: 'oom-kill', attribution: 'proven', basis: [entry] };
}

/** systemd 219 overwrites the result with `signal`: its first state, stop-sigabrt, and its log still tell. */
function byWatchdog(facts: Facts): Finding | undefined {
  if (hasJob(facts)) return undefined;
  const entry = facts.journal('watchdog');
  if (entry !== undefined) return { cause: 'watchdog', attribution: 'proven', basis: [entry] };
  if (facts.result?.word === 'watchdog') return { cause: 'watchdog', attribution: 'proven', basis: [facts.result.evidence] };
  const { edge } = facts;
  const isAbort = edge?.subState === 'stop-watchdog' || edge?.subState === 'stop-sigabrt';
  return isAbort && edge !== undefined ? { cause: 'watchdog', attribution: 'proven', basis: [edge] } : undefined;
}

/** The time limits of stopping itself (`State 'stop-sigterm' timed out`) end a stop; they begin none. */
const stopPhaseTimeout = /(?:\b(?:stop|final)(?:-\w+)?'?|Stopping) timed out/;

function byTimeout(facts: Facts): Finding | undefined {
  if (hasJob(facts)) return undefined;
  const told = facts.journal('runtime-limit', 'timed-out');
  const entry = told === undefined || stopPhaseTimeout.test(told.message) ? undefined : told;
  if (facts.result?.word === 'timeout')
    return { cause: 'timeout', attribution: 'proven', basis: [facts.result.evidence, ...(entry === undefined ? [] : [entry])] };
  return entry === undefined ? undefined : { cause: 'timeout', attribution: 'proven', basis: [entry] };
}

function byJob(facts: Facts): Finding | undefined {
  if (!hasJob(facts)) return undefined;
  const entry = facts.journal('stopping');
  const jobs = facts.incident.evidence.filter((one) => one.kind === 'job-added' && one.jobId === facts.incident.jobId);
  const origin = findOrigin(facts);
  const edge = facts.edge?.jobId === facts.incident.jobId && facts.edge !== undefined ? [facts.edge] : [];
  const basis = [...jobs, ...edge, ...(entry === undefined ? [] : [entry]), ...origin.basis];
  return { ...origin, basis, rule: origin.rule === undefined ? 'job' : `job+${origin.rule}` };
}

function byKillRequest(facts: Facts): Finding | undefined {
  if (facts.exit === undefined || facts.exit.code === 'exited') return undefined;
  const finding = killed(facts, []);
  return finding.cause === 'requested' ? finding : undefined;
}

/**
 * systemd's result names the first failure; the exit is the main process's, which systemd may have killed because of
 * it. Where systemd calls the end a success the exit tells how it was: TERM, HUP, INT and PIPE are clean to it.
 */
function byProcessEnd(facts: Facts): Finding | undefined {
  const { exit, result } = facts;
  if (exit === undefined) return undefined;
  const cause = result === undefined ? undefined : serviceResultCauses[result.word];
  if (result !== undefined && cause !== undefined && cause !== 'signal' && cause !== 'core-dump')
    return { cause, attribution: 'proven', basis: [result.evidence, exit.evidence] };
  if (exit.code !== 'exited') return killed(facts, []);
  return {
    cause: result === undefined && exit.status !== 0 ? 'exit-code' : 'exited',
    attribution: 'proven',
    basis: [exit.evidence],
  };
}

/** Every stop leaves an empty cgroup: where the call path is there but cannot be read, only a move tells anything (decision 43). */
function byCgroupEvent({ incident, path, shownPath }: Facts): Finding | undefined {
  const isUnreadable = path === undefined && shownPath !== undefined;
  const event = incident.evidence.find(
    (one) => one.kind === 'cgroup-move' || (one.kind === 'cgroup-empty' && (!isUnreadable || one.how === 'migration')),
  );
  return event === undefined ? undefined : { cause: 'cgroup-empty', attribution: 'inferred', basis: [event] };
}

/** It fell by itself, systemd calls it a success, and no main process ever ended: only the cgroup is left (SYSTEMD.md §6.3 c). */
function byNoProcessEnded(facts: Facts): Finding | undefined {
  const { edge, edgeService } = facts;
  if (edge?.jobId !== 0 || edgeService === undefined || facts.result?.word !== 'success') return undefined;
  const noMain = edgeService.execMainCode === 0 && edgeService.execMainPid === 0 && (edgeService.mainPid ?? 0) === 0;
  return noMain ? { cause: 'cgroup-empty', attribution: 'inferred', basis: [edgeService, edge] } : undefined;
}

/** It began to stop by itself while its main process lived: it said so, or lost its bus name (SYSTEMD.md §6.3). */
function byLiveMainProcess(facts: Facts): Finding | undefined {
  const { edge, edgeService } = facts;
  const lost = facts.journal('bus-name-lost');
  if (lost !== undefined) return { cause: 'bus-name-lost', attribution: 'proven', basis: [lost] };
  if (edge?.activeState !== 'deactivating' || edge.jobId !== 0 || edgeService?.result !== 'success') return undefined;
  if ((edgeService.mainPid ?? 0) === 0) return undefined;
  const cause = edgeService.serviceType === 'dbus' ? 'bus-name-lost' : 'notify-stopping';
  return { cause, attribution: 'inferred', basis: [edgeService, edge] };
}

function byServiceResult({ result }: Facts): Finding | undefined {
  const cause = result === undefined ? undefined : serviceResultCauses[result.word];
  return cause === undefined || result === undefined ? undefined : { cause, attribution: 'proven', basis: [result.evidence] };
}

/** A stop, somebody's request for just that before it, and nothing that speaks for another cause. */
function byRequest(facts: Facts): Finding | undefined {
  if (facts.edge?.jobId === 0 || facts.path !== undefined) return undefined;
  const origin = findOrigin(facts);
  return origin.basis.length > 0 ? { ...origin, attribution: 'inferred' } : undefined;
}
