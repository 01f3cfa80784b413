import { type RuleCase, target, targetLabels } from '../rule-case.ts';

const alert = 'SystemdStopTracesNotDelivered';
const pending = `systemd_stop_exporter_traces_pending{${target}}`;
const dropped = (reason: string) => `systemd_stop_exporter_traces_dropped_total{${target}, reason="${reason}"}`;
const fires = (count: number) => [
  {
    labels: { ...targetLabels, severity: 'warning' },
    description: `On web1:19558 about ${count} traces have waited for ten minutes or were given up. Counters and incident pages are not affected.`,
  },
];

export const traceCases: readonly RuleCase[] = [
  { alert, does: 'fires where traces wait for ten minutes', series: { [pending]: '0x2 3x20' }, atMinute: 14, fires: fires(3) },
  { alert, does: 'does not fire where they wait for nine', series: { [pending]: '0x2 3x8 0x9' }, atMinute: 14, fires: [] },
  { alert, does: 'does not fire at once after a start', series: { [pending]: '3x20' }, atMinute: 5, fires: [] },
  {
    alert,
    does: 'does not fire while new ones come and go',
    series: { [pending]: '1 0 2 0 1 0 3 0 1 0 1 0 1 0 1' },
    atMinute: 14,
    fires: [],
  },
  {
    alert,
    does: 'fires at the first that is given up',
    series: { [dropped('retention')]: '0x4 1x5' },
    atMinute: 6,
    fires: fires(1),
  },
  {
    alert,
    does: 'does not fire at what sampling leaves out',
    series: { [dropped('sampled')]: '0x4 1x5' },
    atMinute: 6,
    fires: [],
  },
];
