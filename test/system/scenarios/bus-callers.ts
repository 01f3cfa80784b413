import { type ExpectedStop, pulledBy, type StopScenario, start } from './scenario.ts';

const managerCall = 'busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager';
const byBusctl = (unit: string): ExpectedStop => ({ unit, cause: 'requested', sender: 'busctl' });

/** They call systemd over the system bus, where they can be seen; all but the last wait for the reply, and no longer. */
export const busCallers: readonly StopScenario[] = [
  {
    name: 'busctl-stop-unit',
    units: ['sleepy.service'],
    prepare: start('sleepy.service'),
    act: `witness ${managerCall} StopUnit ss sleepy.service replace`,
    expect: [{ unit: 'sleepy.service', cause: 'requested', sender: 'busctl' }],
  },
  {
    name: 'busctl-kill-unit',
    units: ['sleepy.service'],
    prepare: start('sleepy.service'),
    act: `witness ${managerCall} KillUnit ssi sleepy.service all 15`,
    expect: [{ unit: 'sleepy.service', cause: 'requested', sender: 'busctl' }],
  },
  {
    name: 'busctl-unit-interface-stop',
    units: ['sleepy.service'],
    prepare: start('sleepy.service'),
    act:
      'witness busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1/unit/sleepy_2eservice ' +
      'org.freedesktop.systemd1.Unit Stop s replace',
    expect: [{ unit: 'sleepy.service', cause: 'requested', sender: 'busctl' }],
  },
  {
    name: 'fire-and-forget',
    units: ['sleepy.service'],
    prepare: start('sleepy.service'),
    // Of a caller who is gone when systemd asks for its user nothing comes: then once more.
    act: 'for try in 1 2 3 4 5; do witness fire-and-forget sleepy.service 20; sleep 0.5; systemctl is-active --quiet sleepy || break; done',
    expect: [{ unit: 'sleepy.service', cause: 'requested', sender: 'fire-and-forget' }],
  },
  {
    name: 'busctl-stop-unit-slow',
    note: 'the caller is gone for 5 seconds when the unit has stopped',
    units: ['slow-stop.service'],
    prepare: start('slow-stop.service'),
    act: `witness ${managerCall} StopUnit ss slow-stop.service replace; sleep 5.5`,
    expect: [byBusctl('slow-stop.service')],
  },
  {
    name: 'busctl-restart-unit',
    units: ['sleepy.service'],
    prepare: start('sleepy.service'),
    act: `witness ${managerCall} RestartUnit ss sleepy.service replace`,
    expect: [byBusctl('sleepy.service')],
  },
  {
    name: 'busctl-enqueue-unit-job',
    units: ['sleepy.service'],
    prepare: start('sleepy.service'),
    act: `witness ${managerCall} EnqueueUnitJob sss sleepy.service stop replace`,
    expect: [byBusctl('sleepy.service')],
  },
  {
    name: 'busctl-binds-to',
    units: ['anchor.service', 'bound.service'],
    prepare: start('anchor.service', 'bound.service'),
    act: `witness ${managerCall} StopUnit ss anchor.service replace`,
    expect: [byBusctl('anchor.service'), { ...pulledBy('anchor.service', 'bound.service'), sender: 'busctl' }],
  },
  {
    name: 'busctl-conflicts',
    units: ['conflict-loser.service', 'conflict-winner.service'],
    prepare: start('conflict-loser.service'),
    act: `witness ${managerCall} StartUnit ss conflict-winner.service replace`,
    expect: [{ ...pulledBy('conflict-winner.service', 'conflict-loser.service'), sender: 'busctl' }],
  },
  {
    name: 'busctl-isolate',
    units: ['sleepy.service', 'templated@one.service', 'isolated.target'],
    prepare: start('sleepy.service', 'templated@one.service'),
    act: `witness ${managerCall} StartUnit ss isolated.target isolate`,
    settleMs: 1500,
    cleanup: 'systemctl start graphical.target',
    expect: ['sleepy.service', 'templated@one.service'].map((unit) => ({
      ...pulledBy('isolated.target', unit),
      sender: 'busctl',
    })),
  },
];
