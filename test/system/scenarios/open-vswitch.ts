import { byOperator, type ExpectedStop, pulledBy, type StopScenario, start } from './scenario.ts';

/** Which process is the main one is a guess on Debian 11 and 12 (no PIDFile=), and right or wrong by chance. */
const ovsWith = (settings: string) =>
  'mkdir -p /run/systemd/system/ovs-vswitchd.service.d; ' +
  `printf '[Service]\\n${settings}\\n' >/run/systemd/system/ovs-vswitchd.service.d/bed.conf; ` +
  `systemctl daemon-reload; ${start('openvswitch-switch.service')}; sleep 0.5`;
const knownMainPid = ovsWith('PIDFile=/run/openvswitch/ovs-vswitchd.pid');
const unknownMainPid = ovsWith('PIDFile=\\nGuessMainPID=no');

const openVSwitchBase = {
  units: ['openvswitch-switch.service', 'ovs-vswitchd.service', 'ovsdb-server.service'],
  settleMs: 1500,
  cleanup:
    'rm -rf /run/systemd/system/ovs-vswitchd.service.d; systemctl daemon-reload; ' +
    'systemctl stop ovsdb-server.service ovsdb-server.socket || true',
};

export const openVSwitch: readonly StopScenario[] = [
  {
    ...openVSwitchBase,
    name: 'ovs-stopped-by-hand',
    prepare: knownMainPid,
    act: 'witness systemctl stop ovs-vswitchd.service',
    expect: [
      byOperator('ovs-vswitchd.service'),
      pulledBy('ovs-vswitchd.service', 'openvswitch-switch.service'),
      pulledBy('ovs-vswitchd.service', 'ovsdb-server.service'),
    ],
  },
  {
    ...openVSwitchBase,
    name: 'ovs-killed',
    operator: 'saboteur',
    prepare: knownMainPid,
    act: 'witness pkill -KILL -x ovs-vswitchd; sleep 1',
    expect: [
      { unit: 'ovs-vswitchd.service', cause: 'signal', sender: 'pkill' },
      ...['openvswitch-switch.service', 'ovsdb-server.service'].map(
        (unit): ExpectedStop => ({
          unit,
          cause: 'dependency',
          sender: 'systemd',
          triggeredBy: 'ovs-vswitchd.service',
          suites: ['bullseye', 'bookworm', 'trixie'],
          note: "pulled in by the job of the automatic restart; Debian 14's units restart directly",
        }),
      ),
    ],
  },
  {
    ...openVSwitchBase,
    name: 'ovs-cgroup-emptied',
    note: 'the incident of 2020: no main process known, so no failure and no restart',
    operator: 'saboteur',
    prepare: unknownMainPid,
    act: 'witness pkill -KILL -x ovs-vswitchd',
    expect: [{ unit: 'ovs-vswitchd.service', cause: 'cgroup-empty', sender: 'pkill', note: 'by signal' }],
  },
];
