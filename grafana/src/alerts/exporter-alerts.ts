import { fleetDashboardUid } from '../links.ts';
import type { Alert } from './alert.ts';

/** The job under which Prometheus scrapes the exporter: `up` is the only metric that does not name it. */
const job = 'job="systemd-stop-exporter"';

/** The witness itself fails: stops may happen unseen. */
export const exporterAlerts: readonly Alert[] = [
  {
    name: 'SystemdStopExporterBlind',
    severity: 'warning',
    expr: () => 'systemd_stop_exporter_source_up == 0',
    forDuration: '5m',
    summary: 'A source of evidence is down.',
    description:
      'On {{ $labels.instance }} the source {{ $labels.source }} has been down for five minutes: what only it sees is missed.',
    runbook: 'exporter-blind',
    dashboard: fleetDashboardUid,
  },
  {
    name: 'SystemdStopTracesNotDelivered',
    severity: 'warning',
    // No `for`: an increase would be over before it.
    expr: () => `min_over_time(systemd_stop_exporter_traces_pending[10m]) > 0
  and systemd_stop_exporter_traces_pending offset 10m > 0
or
sum without (reason) (increase(systemd_stop_exporter_traces_dropped_total{reason!="sampled"}[10m])) > 0`,
    summary: 'Traces of stops do not reach the collector.',
    description:
      'On {{ $labels.instance }} about {{ $value | printf "%.0f" }} traces have waited for ten minutes or were given up. Counters and incident pages are not affected.',
    runbook: 'traces-not-delivered',
    dashboard: fleetDashboardUid,
  },
  {
    name: 'SystemdStopIncidentLogFails',
    severity: 'warning',
    // One that failed and went through a second later is none: then nothing waits.
    expr: () => `systemd_stop_exporter_incidents_waiting > 0
and
increase(systemd_stop_exporter_incident_log_failures_total[5m]) > 0`,
    forDuration: '2m',
    summary: 'Stops cannot be written to the incident log.',
    description:
      'On {{ $labels.instance }} {{ $value | printf "%.0f" }} stops wait in memory: the incident log has not been writable for two minutes. Until it is, they are neither counted nor alerted on.',
    runbook: 'incident-log-fails',
    dashboard: fleetDashboardUid,
  },
  {
    name: 'SystemdStopExporterAbsent',
    severity: 'warning',
    expr: () => `up{${job}} == 0 or absent(up{${job}})`,
    forDuration: '5m',
    summary: 'systemd-stop-exporter cannot be scraped.',
    description:
      'systemd-stop-exporter{{ with $labels.instance }} on {{ . }}{{ end }} has not been scraped for five minutes. Stops are still recorded if only the network is down.',
    runbook: 'exporter-absent',
    dashboard: fleetDashboardUid,
  },
];
