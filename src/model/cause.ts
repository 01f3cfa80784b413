/** Why a stop began: the first link of the chain, not its last step. systemd's words where it has them. */
export const causes = [
  'requested',
  'dependency',
  'shutdown',
  'exited',
  'exit-code',
  'signal',
  'core-dump',
  'cgroup-empty',
  'oom-kill',
  'watchdog',
  'timeout',
  'notify-stopping',
  'bus-name-lost',
  'resources',
  'protocol',
  'unknown',
] as const;

export type Cause = (typeof causes)[number];
