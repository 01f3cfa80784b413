import type { CallPath, Evidence, ProcessTree, StopRequest, UnitState } from '../../src/model/evidence.ts';
import type { Frame } from '../../src/model/frame.ts';
import type { ClassifiedIncident, Incident, Verdict } from '../../src/model/incident.ts';
import type { Ancestry } from '../../src/model/process.ts';

/** A stop as the recording `ovs-vswitchd-2020/manual-stop` has it; parts of it can be replaced. */
export function sampleIncident(replace: { incident?: Partial<Incident>; verdict?: Partial<Verdict> } = {}): ClassifiedIncident {
  const incident: Incident = {
    traceId: '0123456789abcdef0123456789abcdef',
    unit: 'ovs-vswitchd.service',
    host: { machineId: 'b2090cccd54d4e9aa49872b387d7e27f', bootId: 'bd303b5b85d94fb3a136d4f61dc5b544', hostname: 'ovs-host' },
    occurredAtUsec: 1_600_766_128_000_000,
    timeBasis: 'reported',
    endedAtUsec: 1_600_766_129_500_000,
    evidence: sampleEvidence,
    related: [],
    ...replace.incident,
  };
  const verdict: Verdict = {
    cause: 'requested',
    attribution: 'proven',
    rule: 'call-path',
    sender: { pid: 11733, name: 'systemctl', command: 'systemctl stop ovs-vswitchd', unit: 'session-2.scope', user: 'root' },
    senderRule: 'process-tree',
    endedByItself: false,
    ancestry: sampleAncestry,
    callPath: sampleFrames,
    result: 'success',
    phase: 'running',
    basis: sampleEvidence,
    conflicts: [],
    details: {},
    summary: 'requested by systemctl[11733] in session-2.scope, user root (sshd > sshd > bash > systemctl)',
    ...replace.verdict,
  };
  return { incident, verdict };
}

const sampleAncestry: Ancestry = [
  { pid: 1031, name: 'sshd' },
  { pid: 3234, name: 'sshd' },
  { pid: 3265, name: 'bash' },
  { pid: 11733, name: 'systemctl', command: 'systemctl stop ovs-vswitchd' },
];

const functions = [
  'service_enter_stop',
  'service_stop',
  'job_perform_on_unit',
  'job_run_and_invalidate',
  'manager_dispatch_run_queue',
];
const outerFunctions = ['source_dispatch', 'sd_event_dispatch', 'manager_loop', 'main'];

export const sampleFrames: readonly Frame[] = [...functions, ...outerFunctions].map((name, index) => ({
  function: name,
  offset: index * 16,
  size: 0x170,
  module: '/usr/lib/systemd/systemd',
  reliable: true,
}));

const callPath: CallPath = {
  kind: 'call-path',
  source: 'stap',
  atUsec: 1_600_766_128_000_000,
  unit: 'ovs-vswitchd.service',
  function: 'service_enter_stop',
  frames: sampleFrames,
  mainPid: 0,
  controlPid: 0,
  origin: { file: 'stap.log', line: 1 },
  raw: 'the meta_id="ovs-vswitchd.service"\nthe main_pid=0, control_pid=0',
};

const tree: ProcessTree = {
  kind: 'process-tree',
  source: 'pstree',
  requests: [{ units: ['ovs-vswitchd.service'], action: 'stop', ancestry: sampleAncestry }],
  origin: { file: 'pstree.log', line: 10 },
  raw: '  |           `-systemctl,11733 stop ovs-vswitchd',
};

const deactivating: UnitState = {
  kind: 'unit-state',
  source: 'dbus',
  atUsec: 1_600_766_128_100_000,
  unit: 'ovs-vswitchd.service',
  activeState: 'deactivating',
  subState: 'stop',
  busName: ':1.23',
  origin: { file: 'dbus-monitor.log', line: 1 },
  raw: 'signal sender=:1.23 … member=PropertiesChanged',
};

const inactive: UnitState = { ...deactivating, atUsec: 1_600_766_129_500_000, activeState: 'inactive', subState: 'dead' };

export const sampleRequest: StopRequest = {
  kind: 'request',
  source: 'dbus',
  atUsec: 1_600_766_127_990_000,
  unit: 'ovs-vswitchd.service',
  action: 'stop',
  method: 'StopUnit',
  busName: ':1.99',
  raw: 'method call StopUnit',
};

export const sampleEvidence: readonly Evidence[] = [callPath, tree, deactivating, inactive];
