import { byOperator, type StopScenario, start } from './scenario.ts';

export const endings: readonly StopScenario[] = [
  {
    name: 'systemctl-stop-from-session',
    units: ['sleepy.service'],
    operator: 'session',
    prepare: start('sleepy.service'),
    act: 'witness systemctl stop sleepy.service',
    cleanup: 'systemctl stop ssh.service; loginctl disable-linger root; sleep 1',
    expect: [byOperator('sleepy.service')],
  },
  {
    name: 'dbus-restarted',
    units: ['sleepy.service'],
    prepare: start('sleepy.service'),
    act: 'witness systemctl restart dbus.service; sleep 0.5; witness systemctl stop sleepy.service',
    settleMs: 1500,
    expect: [
      byOperator('dbus.service'),
      byOperator('sleepy.service'),
      { unit: 'systemd-logind.service', cause: 'exited', suites: ['bullseye', 'bookworm'], note: 'ends when it loses the bus' },
    ],
  },
  {
    name: 'shutdown',
    units: ['sleepy.service'],
    prepare: start('sleepy.service'),
    act: 'witness systemctl poweroff',
    last: true,
    settleMs: 20_000,
    expect: [{ unit: 'sleepy.service', cause: 'shutdown', sender: 'systemctl' }],
  },
];
