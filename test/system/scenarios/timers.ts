import { bySystemd, type StopScenario, start } from './scenario.ts';

export const timers: readonly StopScenario[] = [
  {
    name: 'watchdog',
    units: ['watchdog.service'],
    act: `${start('watchdog.service')}; sleep 1.5`,
    expect: [bySystemd('watchdog.service', 'watchdog')],
  },
  {
    name: 'watchdog-trigger',
    units: ['watchdog-trigger.service'],
    act: `${start('watchdog-trigger.service')}; sleep 1.5`,
    expect: [bySystemd('watchdog-trigger.service', 'watchdog')],
  },
  {
    name: 'runtime-max',
    units: ['runtime-max.service'],
    act: `${start('runtime-max.service')}; sleep 1.5`,
    expect: [{ ...bySystemd('runtime-max.service', 'timeout'), note: 'runtime-max' }],
  },
  {
    name: 'start-timeout',
    units: ['start-timeout.service'],
    act: `${start('start-timeout.service')} || true`,
    expect: [{ ...bySystemd('start-timeout.service', 'timeout'), note: 'start' }],
  },
];
