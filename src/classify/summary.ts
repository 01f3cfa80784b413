import type { Ancestry, Process } from '../model/process.ts';
import { signalName } from '../model/signal-names.ts';
import type { Finding } from './cause-rules.ts';
import type { Facts } from './facts.ts';
import type { SenderFinding } from './sender-rules.ts';

/** One sentence that an operator can read aloud: why, then who. */
export function summarize(facts: Facts, finding: Finding, who: SenderFinding): string {
  return `${why(facts, finding, who)}${by(finding, who)}`;
}

function why(facts: Facts, finding: Finding, who: SenderFinding): string {
  const { exit } = facts;
  switch (finding.cause) {
    case 'requested':
      return 'requested';
    case 'dependency':
      return finding.triggeredByUnit === undefined
        ? 'dependency: pulled in by another unit'
        : `dependency: pulled in by ${finding.triggeredByUnit}, requested`;
    case 'shutdown':
      return 'shutdown';
    case 'exited':
      return exit === undefined
        ? 'exited: the main process ended cleanly'
        : `exited: the main process ended with status ${exit.status}`;
    case 'exit-code':
      return exit === undefined
        ? 'exit-code: a process of the service failed'
        : `exit-code: the main process failed with status ${exit.status}`;
    case 'signal':
      return exit === undefined
        ? 'signal: the main process was killed'
        : `signal: the main process was killed by ${signalName(exit.status)}, sent`;
    case 'core-dump':
      return exit === undefined
        ? 'core-dump: the main process dumped core'
        : `core-dump: the main process died of ${signalName(exit.status)}, sent`;
    case 'cgroup-empty':
      return cgroupWords[who.emptiedBy ?? 'unseen'];
    default:
      return causeWords[finding.cause];
  }
}

const cgroupWords = {
  signal: 'cgroup-empty: last task killed',
  exit: 'cgroup-empty: the last task ended by itself',
  migration: 'cgroup-empty: last task moved away',
  unseen: 'cgroup-empty: no process was left, and nobody was seen to have emptied it; stopped',
} as const;

const causeWords = {
  'oom-kill': 'oom-kill: out of memory, killed',
  watchdog: 'watchdog: the service did not report in time, stopped',
  timeout: 'timeout: a time limit ran out, stopped',
  'notify-stopping': 'notify-stopping: the service said that it stops',
  'bus-name-lost': 'bus-name-lost: the service lost its D-Bus name, stopped',
  resources: 'resources: systemd could not provide what the service needs, stopped',
  protocol: 'protocol: the service did not keep to its type, stopped',
  unknown: 'unknown: the evidence does not tell why',
  'not-a-stop': 'not a stop',
} as const;

function by(finding: Finding, who: SenderFinding): string {
  if (who.sender !== undefined) return ` by ${describeProcess(who.sender)}${lineage(who.ancestry ?? [])}`;
  if (who.endedByItself === true || finding.cause === 'unknown' || finding.cause === 'exited') return '';
  return ' by an unknown sender';
}

function describeProcess(process: Process): string {
  // PID 1 is root's, in its own scope, on every host.
  if (process.pid === 1) return `${process.name}[1]`;
  const pid = process.pid === undefined || process.pid === 0 ? '' : `[${process.pid}]`;
  const unit = process.unit === undefined ? '' : ` in ${process.unit}`;
  const user = process.user === undefined ? '' : `, user ${process.user}`;
  return `${process.name}${pid}${unit}${user}`;
}

/** The parents without PID 1, which is everybody's. */
function lineage(ancestry: Ancestry): string {
  const names = ancestry.slice(0, -1).filter(({ pid }) => pid !== 1);
  return names.length === 0 ? '' : ` (${names.map(({ name }) => name).join(' > ')})`;
}
