import type { Verdict } from '../model/incident.ts';
import type { Finding } from './cause-rules.ts';
import type { Facts } from './facts.ts';
import type { SenderFinding } from './sender-rules.ts';

type Details = Record<string, string | number | boolean>;

/** What is worth knowing beside the cause: attributes `systemd.stop.*` of the trace. */
export function detailsOf(facts: Facts, finding: Finding, who: SenderFinding): Verdict['details'] {
  const details: Details = {};
  if (finding.cause === 'cgroup-empty' && who.emptiedBy !== undefined) details['cgroup_empty.by'] = who.emptiedBy;
  if (finding.cause === 'timeout') details['timeout'] = timeoutOf(facts);
  if (facts.incident.jobId !== undefined) details['job_id'] = facts.incident.jobId;
  if (neededKill(facts)) details['needed_sigkill'] = true;
  if (facts.journal('restart-scheduled') !== undefined || facts.edge?.subState?.startsWith('auto-restart') === true)
    details['auto_restart'] = true;
  return details;
}

/** Which limit ran out: DESIGN's `systemd.stop.timeout`. */
function timeoutOf(facts: Facts): string {
  if (facts.journal('runtime-limit') !== undefined) return 'runtime-max';
  if (facts.phase === 'start') return 'start';
  if (facts.phase === 'reload') return 'reload';
  const passed = facts.shownPath?.function ?? facts.shownPath?.frames[0]?.function;
  if (passed === 'service_enter_stop') return 'runtime-max';
  return passed === undefined && facts.edge !== undefined ? 'runtime-max' : 'unknown';
}

/** The stop timeout ran out and systemd sent SIGKILL: not the cause, but worth seeing. */
function neededKill(facts: Facts): boolean {
  const { evidence } = facts.incident;
  if (evidence.some((one) => one.kind === 'unit-state' && one.subState === 'stop-sigkill')) return true;
  return evidence.some(
    (one) =>
      one.kind === 'journal' &&
      (one.event === 'timed-out' || one.event === 'killing') &&
      /stop-sigterm|SIGKILL/.test(one.message),
  );
}
