import { lastStopSeries, type RuleCase, stopsSeries, targetLabels } from '../rule-case.ts';

const alert = 'SystemdStopCgroupEmpty';
const stops = stopsSeries({ cause: 'cgroup-empty', sender: 'pkill', senderUnit: 'session.scope' });
const lastStop = lastStopSeries('cgroup-empty');
const labels = {
  ...targetLabels,
  severity: 'critical',
  name: 'nginx.service',
  type: 'service',
  cause: 'cgroup-empty',
  sender: 'pkill',
  sender_unit: 'session.scope',
};
const description =
  'nginx.service on web1:19558 stopped: its control group became empty while systemd knew of no main process that ended. ' +
  'Emptied by pkill (in session.scope).';
const fires = [{ labels, description }];

/** The other alerts of stops have the same expression with other labels: what can go wrong with it is tested here. */
export const cgroupEmptyCases: readonly RuleCase[] = [
  { alert, does: 'fires at the first stop', series: { [stops]: '0x4 1x5' }, atMinute: 6, fires },
  { alert, does: 'fires at a further stop', series: { [stops]: '41x4 42x5' }, atMinute: 6, fires },
  { alert, does: 'fires nine minutes later', series: { [stops]: '0x4 1x20' }, atMinute: 14, fires },
  { alert, does: 'is over eleven minutes later', series: { [stops]: '0x4 1x20' }, atMinute: 16, fires: [] },
  {
    alert,
    does: 'fires at the first increment where no scrape saw the 0',
    series: { [stops]: '_x4 1x9', [lastStop]: '_x4 270x9' },
    atMinute: 6,
    fires,
  },
  {
    alert,
    does: 'does not fire where a Prometheus that has just begun sees an old stop',
    series: { [stops]: '_x20 1x9', [lastStop]: '_x20 270x9' },
    atMinute: 22,
    fires: [],
  },
  {
    alert,
    does: 'fires after the gap of a Prometheus that was down',
    series: { [stops]: '0x4 _x4 1x5', [lastStop]: '_x9 400x5' },
    atMinute: 12,
    fires,
  },
  {
    alert,
    does: 'fires at a stop right before the exporter lost its counters',
    series: { [stops]: '5x3 6 0x5' },
    atMinute: 6,
    fires,
  },
  {
    alert,
    does: 'does not fire where the exporter has lost its counters',
    series: { [stops]: '5x4 0x5', [lastStop]: '100x4 _x5' },
    atMinute: 6,
    fires: [],
  },
  {
    alert,
    does: 'does not fire at a clean end',
    series: { [stopsSeries({ cause: 'exited', sender: 'none' })]: '0x4 1x5' },
    atMinute: 6,
    fires: [],
  },
];
