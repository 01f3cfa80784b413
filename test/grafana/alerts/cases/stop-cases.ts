import { lastStopSeries, type RuleCase, stopsSeries, targetLabels } from '../rule-case.ts';

const where = 'nginx.service on web1:19558';

interface StopCase {
  readonly alert: string;
  readonly severity: string;
  readonly cause: string;
  readonly sender: string;
  readonly senderUnit: string;
  readonly description: string;
  /** Labels that come closest without being meant. */
  readonly nearMiss: { readonly cause: string; readonly sender: string };
}

const stopCases: readonly StopCase[] = [
  {
    alert: 'SystemdStopKilledBySignal',
    severity: 'warning',
    cause: 'signal',
    sender: 'pkill',
    senderUnit: 'session.scope',
    description: `The main process of ${where} was killed by a signal (cause signal), sent by pkill (in session.scope).`,
    nearMiss: { cause: 'exit-code', sender: 'none' },
  },
  {
    alert: 'SystemdStopKilledBySignal',
    severity: 'warning',
    cause: 'core-dump',
    sender: 'kernel',
    senderUnit: '',
    description: `The main process of ${where} was killed by a signal (cause core-dump), sent by kernel.`,
    nearMiss: { cause: 'oom-kill', sender: 'kernel' },
  },
  {
    alert: 'SystemdStopOutOfMemory',
    severity: 'warning',
    cause: 'oom-kill',
    sender: 'systemd-oomd',
    senderUnit: 'systemd-oomd.service',
    description: `${where} was stopped because memory ran out; killed by systemd-oomd (in systemd-oomd.service).`,
    nearMiss: { cause: 'signal', sender: 'kernel' },
  },
  {
    alert: 'SystemdStopWatchdog',
    severity: 'warning',
    cause: 'watchdog',
    sender: 'systemd',
    senderUnit: 'init.scope',
    description: `${where} sent no WATCHDOG=1 for longer than WatchdogSec=, and systemd aborted it.`,
    nearMiss: { cause: 'timeout', sender: 'systemd' },
  },
  {
    alert: 'SystemdStopRequested',
    severity: 'info',
    cause: 'requested',
    sender: 'systemctl',
    senderUnit: 'apt-daily-upgrade.service',
    description: `${where} was stopped or restarted by systemctl (in apt-daily-upgrade.service).`,
    nearMiss: { cause: 'requested', sender: 'systemd' },
  },
  {
    alert: 'SystemdStopRequested',
    severity: 'info',
    cause: 'requested',
    sender: 'unknown',
    senderUnit: '',
    description: `${where} was stopped or restarted by unknown.`,
    nearMiss: { cause: 'dependency', sender: 'systemctl' },
  },
];

export const singleStopCases: readonly RuleCase[] = stopCases.flatMap(casesOf);

function casesOf({ alert, severity, cause, sender, senderUnit, description, nearMiss }: StopCase): readonly RuleCase[] {
  const series = stopsSeries({ cause, sender, senderUnit });
  // A label that is empty is no label.
  const who = { sender, ...(senderUnit !== '' && { sender_unit: senderUnit }) };
  const fires = [{ labels: { ...targetLabels, severity, name: 'nginx.service', type: 'service', cause, ...who }, description }];
  const at = { alert, atMinute: 6 };
  return [
    { ...at, does: `fires at the first ${cause} by ${sender}`, series: { [series]: '0x4 1x5' }, fires },
    {
      ...at,
      does: `fires at the first ${cause} by ${sender} where no scrape saw the 0`,
      series: { [series]: '_x4 1x5', [lastStopSeries(cause)]: '_x4 270x5' },
      fires,
    },
    {
      ...at,
      does: `does not fire at ${nearMiss.cause} by ${nearMiss.sender}`,
      series: { [stopsSeries(nearMiss)]: '0x4 1x5' },
      fires: [],
    },
    { ...at, does: `does not fire for an old ${cause}`, series: { [series]: '1x9' }, fires: [] },
  ];
}
