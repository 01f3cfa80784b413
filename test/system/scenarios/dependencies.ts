import { byOperator, mainPid, pulledBy, type StopScenario, start } from './scenario.ts';

export const dependencies: readonly StopScenario[] = [
  {
    name: 'binds-to',
    units: ['anchor.service', 'bound.service'],
    prepare: start('anchor.service', 'bound.service'),
    act: 'witness systemctl stop anchor.service',
    expect: [byOperator('anchor.service'), pulledBy('anchor.service', 'bound.service')],
  },
  {
    name: 'binds-to-anchor-killed',
    units: ['anchor.service', 'bound.service'],
    operator: 'saboteur',
    prepare: start('anchor.service', 'bound.service'),
    act: `witness kill -KILL ${mainPid('anchor.service')}`,
    expect: [
      { unit: 'anchor.service', cause: 'signal', sender: 'kill' },
      { unit: 'bound.service', cause: 'dependency', sender: 'systemd', triggeredBy: 'anchor.service' },
    ],
  },
  {
    name: 'part-of',
    units: ['anchor.service', 'part-of.service'],
    prepare: start('anchor.service', 'part-of.service'),
    act: 'witness systemctl stop anchor.service',
    expect: [byOperator('anchor.service'), pulledBy('anchor.service', 'part-of.service')],
  },
  {
    name: 'part-of-restart',
    units: ['anchor.service', 'part-of.service'],
    prepare: start('anchor.service', 'part-of.service'),
    act: 'witness systemctl restart anchor.service',
    expect: [byOperator('anchor.service'), pulledBy('anchor.service', 'part-of.service')],
  },
  {
    name: 'requires',
    units: ['anchor.service', 'requiring.service'],
    prepare: start('anchor.service', 'requiring.service'),
    act: 'witness systemctl stop anchor.service',
    expect: [byOperator('anchor.service'), pulledBy('anchor.service', 'requiring.service')],
  },
  {
    name: 'propagates-stop-to',
    units: ['propagating.service', 'sleepy.service'],
    prepare: start('propagating.service', 'sleepy.service'),
    act: 'witness systemctl stop propagating.service',
    expect: [byOperator('propagating.service'), pulledBy('propagating.service', 'sleepy.service')],
    suites: ['bookworm', 'trixie', 'testing'],
  },
  {
    name: 'conflicts',
    units: ['conflict-loser.service', 'conflict-winner.service'],
    prepare: start('conflict-loser.service'),
    act: 'witness systemctl start conflict-winner.service',
    expect: [pulledBy('conflict-winner.service', 'conflict-loser.service')],
  },
  {
    name: 'stop-when-unneeded',
    units: ['needing.service', 'needed.service'],
    prepare: start('needing.service'),
    act: 'witness systemctl stop needing.service',
    expect: [
      byOperator('needing.service'),
      { unit: 'needed.service', cause: 'dependency', sender: 'systemd', triggeredBy: 'needing.service' },
    ],
  },
  {
    name: 'twenty-dependents',
    units: ['anchor.service', "'dependent@*.service'"],
    prepare: start('anchor.service', 'dependent@{1..20}.service'),
    act: 'witness systemctl stop anchor.service',
    settleMs: 1500,
    expect: [
      byOperator('anchor.service'),
      ...Array.from({ length: 20 }, (_, index) => pulledBy('anchor.service', `dependent@${index + 1}.service`)),
    ],
  },
  {
    name: 'isolate',
    units: ['sleepy.service', 'templated@one.service', 'isolated.target'],
    prepare: start('sleepy.service', 'templated@one.service'),
    act: 'witness systemctl isolate isolated.target',
    settleMs: 1500,
    cleanup: 'systemctl start graphical.target',
    expect: [pulledBy('isolated.target', 'sleepy.service'), pulledBy('isolated.target', 'templated@one.service')],
  },
];
