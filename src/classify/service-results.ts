import type { Cause } from '../model/cause.ts';

/**
 * systemd's ServiceResult words as causes, for a stop that no job and no call path explains.
 * `success` tells nothing; a start that was refused or skipped is no stop.
 * Sources: service.c service_result_table of 219, 239, 247, 252, 257, 262 (SYSTEMD.md §1.5).
 */
export const serviceResultCauses: Readonly<Record<string, Cause | 'not-a-stop'>> = {
  resources: 'resources',
  protocol: 'protocol',
  timeout: 'timeout',
  'exit-code': 'exit-code',
  signal: 'signal',
  'core-dump': 'core-dump',
  watchdog: 'watchdog',
  'oom-kill': 'oom-kill',
  'start-limit': 'not-a-stop',
  'start-limit-hit': 'not-a-stop',
  'exec-condition': 'not-a-stop',
};

/** The causes that say how a process ended: what a call path out of SIGCHLD leaves open. */
export const processEndCauses: ReadonlySet<string> = new Set([
  'exit-code',
  'signal',
  'core-dump',
  'protocol',
  'resources',
  'oom-kill',
]);
