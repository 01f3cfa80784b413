import { lastStopSeries, type RuleCase, stopsSeries, targetLabels } from '../rule-case.ts';

const alert = 'SystemdStopRestartStorm';
const crashes = stopsSeries({ cause: 'exit-code', sender: 'none' });
const requests = stopsSeries({ cause: 'requested', sender: 'systemctl' });
const labels = { ...targetLabels, severity: 'warning', name: 'nginx.service', type: 'service' };
const fires = [{ labels, description: 'nginx.service on web1:19558 stopped about 5 times in ten minutes.' }];

export const stormCases: readonly RuleCase[] = [
  {
    alert,
    does: 'fires at the fifth stop, whoever made the stops',
    series: { [crashes]: '0x4 1 2 3x9', [requests]: '0x4 1 2x10' },
    atMinute: 9,
    fires,
  },
  { alert, does: 'does not fire at the fourth', series: { [crashes]: '0x4 1 2 4x9' }, atMinute: 9, fires: [] },
  {
    alert,
    does: 'fires where no scrape saw the 0',
    series: { [crashes]: '_x4 5x9', [lastStopSeries('exit-code')]: '_x4 270x9' },
    atMinute: 6,
    fires,
  },
  {
    alert,
    does: 'does not fire at three stops of a series that has just begun, which increase() takes for six',
    series: { [crashes]: '_x3 0 3x9' },
    atMinute: 5.8,
    fires: [],
  },
  {
    alert,
    does: 'does not fire at five stops in an hour',
    series: { [crashes]: '0x10 1x10 2x10 3x10 4x10 5x10' },
    atMinute: 60,
    fires: [],
  },
  {
    alert,
    does: 'does not fire at stops of two units',
    series: {
      [crashes]: '0x4 3x9',
      [stopsSeries({ name: 'other.service', cause: 'exit-code', sender: 'none' })]: '0x4 3x9',
    },
    atMinute: 9,
    fires: [],
  },
  {
    alert,
    does: 'does not fire while hosts reboot',
    series: { [stopsSeries({ cause: 'shutdown' })]: '0x4 5x9' },
    atMinute: 9,
    fires: [],
  },
];
