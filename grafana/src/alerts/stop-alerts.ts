import { fleetDashboardUid, unitDashboardUid } from '../links.ts';
import type { Alert } from './alert.ts';

const who = '{{ $labels.sender }}{{ with $labels.sender_unit }} (in {{ . }}){{ end }}';
const where = '{{ $labels.name }} on {{ $labels.instance }}';

/** How many stops of one unit on one host in ten minutes are a storm: systemd's own start limit is five starts. */
const stormStops = 5;

/** A service stopped, and somebody should know. */
export const stopAlerts: readonly Alert[] = [
  {
    name: 'SystemdStopCgroupEmpty',
    severity: 'critical',
    expr: (stops) => `${stops('cause="cgroup-empty"')} > 0`,
    summary: 'A service stopped because no process was left in it.',
    description: `${where} stopped: its control group became empty while systemd knew of no main process that ended. Emptied by ${who}.`,
    runbook: 'cgroup-empty',
    dashboard: unitDashboardUid,
  },
  {
    name: 'SystemdStopKilledBySignal',
    severity: 'warning',
    expr: (stops) => `${stops('cause=~"signal|core-dump"')} > 0`,
    summary: 'A service was killed by a signal.',
    description: `The main process of ${where} was killed by a signal (cause {{ $labels.cause }}), sent by ${who}.`,
    runbook: 'killed-by-signal',
    dashboard: unitDashboardUid,
  },
  {
    name: 'SystemdStopOutOfMemory',
    severity: 'warning',
    expr: (stops) => `${stops('cause="oom-kill"')} > 0`,
    summary: 'A service was stopped by the OOM killer.',
    description: `${where} was stopped because memory ran out; killed by ${who}.`,
    runbook: 'out-of-memory',
    dashboard: unitDashboardUid,
  },
  {
    name: 'SystemdStopWatchdog',
    severity: 'warning',
    expr: (stops) => `${stops('cause="watchdog"')} > 0`,
    summary: 'A service stopped answering its watchdog.',
    description: `${where} sent no WATCHDOG=1 for longer than WatchdogSec=, and systemd aborted it.`,
    runbook: 'watchdog',
    dashboard: unitDashboardUid,
  },
  {
    name: 'SystemdStopRequested',
    severity: 'info',
    expr: (stops) => `${stops('cause="requested", sender!="systemd"')} > 0`,
    summary: 'Somebody stopped or restarted a service.',
    description: `${where} was stopped or restarted by ${who}.`,
    runbook: 'requested',
    dashboard: unitDashboardUid,
  },
  {
    name: 'SystemdStopRestartStorm',
    severity: 'warning',
    expr: (stops) => `sum without (cause, sender, sender_unit) (${stops('cause!="shutdown"')}) >= ${stormStops}`,
    summary: 'A service stops again and again.',
    description: `${where} stopped about {{ $value | printf "%.0f" }} times in ten minutes.`,
    runbook: 'restart-storm',
    dashboard: unitDashboardUid,
  },
  {
    name: 'SystemdStopNotAttributed',
    severity: 'info',
    expr: () => 'increase(systemd_stop_exporter_unattributed_stops_total[10m]) > 0',
    summary: 'A service stopped, and the evidence does not tell why or by whom.',
    description: 'On {{ $labels.instance }} a service stopped, and its {{ $labels.missing }} is unknown.',
    runbook: 'not-attributed',
    dashboard: fleetDashboardUid,
  },
];
