import { type RuleCase, target, targetLabels } from '../rule-case.ts';

const unattributed = `systemd_stop_exporter_unattributed_stops_total{${target}, missing="sender"}`;
const sourceUp = `systemd_stop_exporter_source_up{${target}, source="dbus"}`;
const absent = 'SystemdStopExporterAbsent';

export const exporterCases: readonly RuleCase[] = [
  {
    alert: 'SystemdStopNotAttributed',
    does: 'fires at the first stop whose sender is unknown',
    series: { [unattributed]: '0x4 1x5' },
    atMinute: 6,
    fires: [
      {
        labels: { ...targetLabels, severity: 'info', missing: 'sender' },
        description: 'On web1:19558 a service stopped, and its sender is unknown.',
      },
    ],
  },
  {
    alert: 'SystemdStopNotAttributed',
    does: 'does not fire while nothing is added',
    series: { [unattributed]: '7x9' },
    atMinute: 6,
    fires: [],
  },
  {
    alert: 'SystemdStopExporterBlind',
    does: 'fires after five minutes without a source',
    series: { [sourceUp]: '1x2 0x9' },
    atMinute: 9,
    fires: [
      {
        labels: { ...targetLabels, severity: 'warning', source: 'dbus' },
        description: 'On web1:19558 the source dbus has been down for five minutes: what only it sees is missed.',
      },
    ],
  },
  {
    alert: 'SystemdStopExporterBlind',
    does: 'does not fire where the source is back after four minutes',
    series: { [sourceUp]: '1x2 0x3 1x9' },
    atMinute: 9,
    fires: [],
  },
  {
    alert: absent,
    does: 'fires after five minutes without a scrape',
    series: { [`up{${target}}`]: '1x2 0x9' },
    atMinute: 9,
    fires: [
      {
        labels: { ...targetLabels, severity: 'warning' },
        description:
          'systemd-stop-exporter on web1:19558 has not been scraped for five minutes. Stops are still recorded if only the network is down.',
      },
    ],
  },
  {
    alert: absent,
    does: 'fires where no such job is scraped',
    series: { 'up{job="node", instance="web1:9100"}': '1x9' },
    atMinute: 9,
    fires: [
      {
        labels: { job: 'systemd-stop-exporter', severity: 'warning' },
        description:
          'systemd-stop-exporter has not been scraped for five minutes. Stops are still recorded if only the network is down.',
      },
    ],
  },
  { alert: absent, does: 'does not fire at a restart', series: { [`up{${target}}`]: '1x2 0x2 1x9' }, atMinute: 9, fires: [] },
];
