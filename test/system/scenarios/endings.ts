import { byOperator, type ExpectedStop, type StopScenario, start } from './scenario.ts';

const logindLosesTheBus: ExpectedStop = {
  unit: 'systemd-logind.service',
  cause: 'exited',
  orCause: 'bus-name-lost',
  suites: ['bullseye', 'bookworm'],
  note: 'ends when it loses the bus, or PID 1 is quicker and stops it: it is Type=dbus',
};

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
    expect: [byOperator('dbus.service'), byOperator('sleepy.service'), logindLosesTheBus],
  },
  {
    name: 'dbus-restarted-during-stop',
    units: ['two-second-stop.service'],
    prepare: start('two-second-stop.service'),
    act: 'witness systemctl --no-block stop two-second-stop.service; sleep 0.4; witness systemctl restart dbus.service; sleep 2.5',
    settleMs: 1500,
    expect: [byOperator('two-second-stop.service'), byOperator('dbus.service'), logindLosesTheBus],
  },
  {
    name: 'reboot',
    units: ['sleepy.service'],
    prepare: start('sleepy.service'),
    act: 'witness systemctl reboot',
    last: true,
    settleMs: 20_000,
    expect: [{ unit: 'sleepy.service', cause: 'shutdown', sender: 'systemctl', command: 'systemctl reboot' }],
  },
  {
    name: 'shutdown',
    units: ['sleepy.service'],
    prepare: start('sleepy.service'),
    act: 'witness systemctl poweroff',
    last: true,
    settleMs: 20_000,
    expect: [{ unit: 'sleepy.service', cause: 'shutdown', sender: 'systemctl', command: 'systemctl poweroff' }],
  },
];
