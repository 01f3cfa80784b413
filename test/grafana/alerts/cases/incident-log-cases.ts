import { type RuleCase, target, targetLabels } from '../rule-case.ts';

const alert = 'SystemdStopIncidentLogFails';
const waiting = `systemd_stop_exporter_incidents_waiting{${target}}`;
const failures = `systemd_stop_exporter_incident_log_failures_total{${target}}`;

export const incidentLogCases: readonly RuleCase[] = [
  {
    alert,
    does: 'fires where stops have waited for two minutes, the first since the start included',
    series: { [waiting]: '0x2 3x9', [failures]: '0x2 60+60x9' },
    atMinute: 6,
    fires: [
      {
        labels: { ...targetLabels, severity: 'warning' },
        description:
          'On web1:19558 3 stops wait in memory: the incident log has not been writable for two minutes. Until it is, they are neither counted nor alerted on.',
      },
    ],
  },
  {
    alert,
    does: 'does not fire where the log was writable again after a minute',
    series: { [waiting]: '0x2 3 0x9', [failures]: '0x2 60x9' },
    atMinute: 6,
    fires: [],
  },
  {
    alert,
    does: 'does not fire at failures of long ago',
    series: { [waiting]: '0x9', [failures]: '60x9' },
    atMinute: 6,
    fires: [],
  },
];
