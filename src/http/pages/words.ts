import type { Cause } from '../../model/cause.ts';
import type { EvidenceKind } from '../../model/evidence.ts';
import type { Attribution, StopPhase } from '../../model/incident.ts';

/** Why the stop began, for someone who does not know systemd. */
export const causeWords: Readonly<Record<Cause, string>> = {
  requested: 'A client asked systemd to stop it.',
  dependency: 'The job of another unit pulled it in.',
  shutdown: 'The machine was shutting down or rebooting.',
  exited: 'Its main process ended cleanly.',
  'exit-code': 'Its main process exited with an error.',
  signal: 'A signal killed its main process.',
  'core-dump': 'Its main process crashed and dumped core.',
  'cgroup-empty': 'The last process of its cgroup was gone.',
  'oom-kill': 'The kernel or systemd-oomd killed it to free memory.',
  watchdog: 'It stopped reporting to the watchdog.',
  timeout: 'It took longer than systemd allows.',
  'notify-stopping': 'The service itself announced that it was stopping.',
  'bus-name-lost': 'It lost its name on the bus.',
  resources: 'systemd lacked the resources to run it.',
  protocol: 'It broke the protocol of its service type.',
  unknown: 'The evidence is not enough to say.',
};

export type CauseFamily = 'asked' | 'ended' | 'failed' | 'lost' | 'unknown';

/** Colours of the badges: the word is always there too. */
export const causeFamilies: Readonly<Record<Cause, CauseFamily>> = {
  requested: 'asked',
  dependency: 'asked',
  shutdown: 'asked',
  exited: 'ended',
  'notify-stopping': 'ended',
  'exit-code': 'failed',
  signal: 'failed',
  'core-dump': 'failed',
  'oom-kill': 'failed',
  watchdog: 'failed',
  timeout: 'failed',
  resources: 'failed',
  protocol: 'failed',
  'cgroup-empty': 'lost',
  'bus-name-lost': 'lost',
  unknown: 'unknown',
};

export const attributionWords: Readonly<Record<Attribution, string>> = {
  proven: 'direct evidence names the cause',
  inferred: 'what is left when the evidence excludes the rest',
  none: 'no evidence decides',
};

export const phaseWords: Readonly<Record<StopPhase, string>> = {
  start: 'while it was starting',
  running: 'while it was running',
  reload: 'while it was reloading',
};

export const evidenceWords: Readonly<Record<EvidenceKind, string>> = {
  'call-path': 'Call path of PID 1',
  request: 'Request to systemd',
  'job-pulled': 'Job pulled in by another unit',
  signal: 'Signal sent',
  'oom-victim': 'Process chosen to free memory',
  'cgroup-move': 'Process moved to another cgroup',
  'cgroup-empty': 'Cgroup became empty',
  'unit-state': 'State of the unit',
  'service-state': 'State of the service',
  'job-added': 'Job queued',
  'job-removed': 'Job finished',
  'unit-removed': 'Unit unloaded',
  'unit-relations': 'What can stop the unit',
  'bus-peer': 'Bus connection',
  'process-tree': 'Process tree',
  journal: 'Journal entry',
};

/** Names of rules and details are words already: `call-path` → `call path`, `cgroup_empty.by` → `cgroup empty by`. */
export function nameWords(name: string): string {
  return name.replace(/[-_.]/g, ' ');
}
