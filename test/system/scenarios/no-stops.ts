import { type StopScenario, start } from './scenario.ts';

export const noStops: readonly StopScenario[] = [
  {
    name: 'daemon-reload',
    units: ['sleepy.service'],
    prepare: start('sleepy.service'),
    act: 'witness systemctl daemon-reload',
    expect: [],
  },
  {
    name: 'daemon-reexec',
    units: ['sleepy.service'],
    prepare: start('sleepy.service'),
    act: 'witness systemctl daemon-reexec',
    settleMs: 1500,
    expect: [],
  },
  { name: 'oneshot-finishes', units: ['oneshot.service'], act: start('oneshot.service'), expect: [] },
  { name: 'oneshot-remains', units: ['oneshot-remains.service'], act: start('oneshot-remains.service'), expect: [] },
  {
    name: 'remains-after-exit',
    units: ['remains-after-exit.service'],
    act: `${start('remains-after-exit.service')}; sleep 0.7`,
    expect: [],
  },
  { name: 'condition-false', units: ['condition-false.service'], act: start('condition-false.service'), expect: [] },
  {
    name: 'exec-condition-false',
    units: ['exec-condition-false.service'],
    act: start('exec-condition-false.service'),
    expect: [],
  },
  {
    name: 'reload',
    units: ['reloadable.service'],
    prepare: start('reloadable.service'),
    act: 'witness systemctl reload reloadable.service',
    expect: [],
  },
  {
    name: 'reload-times-out',
    units: ['reload-timeout.service'],
    prepare: start('reload-timeout.service'),
    act: 'witness systemctl reload reload-timeout.service || true',
    expect: [],
  },
  {
    name: 'main-migrated-with-known-pid',
    units: ['sleepy.service'],
    operator: 'saboteur',
    prepare: start('sleepy.service'),
    act: 'witness mover system.slice/sleepy.service elsewhere',
    cleanup: 'systemctl stop sleepy.service; rmdir /sys/fs/cgroup/elsewhere',
    expect: [],
  },
];
