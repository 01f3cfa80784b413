import type {
  CallPath,
  JobAdded,
  JobRemoved,
  JournalEntry,
  ServiceState,
  SignalSent,
  StopRequest,
  UnitState,
} from '../../src/model/evidence.ts';
import { type Frame, stripCompilerSuffix } from '../../src/model/frame.ts';
import type { Host } from '../../src/model/incident.ts';

/** Short builders of evidence; times in microseconds after `t0`. */
export const t0 = 1_795_434_000_000_000;
export const testHost: Host = { machineId: 'm'.repeat(32), bootId: 'b'.repeat(32), hostname: 'bed' };

function frames(...functions: readonly string[]): readonly Frame[] {
  return functions.map((name, index) => ({
    function: stripCompilerSuffix(name),
    offset: index === 0 ? 0 : 64,
    size: 512,
    module: '/usr/lib/systemd/systemd',
    reliable: true,
  }));
}

export function callPath(at: number, functions: readonly string[], more: Partial<CallPath> = {}): CallPath {
  const stack = frames(...functions);
  return {
    kind: 'call-path',
    source: 'stap',
    atUsec: t0 + at,
    unit: 'a.service',
    ...(stack[0]?.function === undefined ? {} : { function: stack[0].function }),
    frames: stack,
    raw: functions.join(' ← '),
    ...more,
  };
}

export function request(at: number, more: Partial<StopRequest> = {}): StopRequest {
  return { kind: 'request', source: 'dbus', atUsec: t0 + at, unit: 'a.service', action: 'stop', raw: 'request', ...more };
}

export function unitState(at: number, activeState: string, subState: string, more: Partial<UnitState> = {}): UnitState {
  return {
    kind: 'unit-state',
    source: 'dbus',
    atUsec: t0 + at,
    unit: 'a.service',
    activeState,
    subState,
    jobId: 0,
    raw: `${activeState}/${subState}`,
    ...more,
  };
}

export function serviceState(at: number, more: Partial<ServiceState> = {}): ServiceState {
  return {
    kind: 'service-state',
    source: 'dbus',
    atUsec: t0 + at,
    unit: 'a.service',
    result: 'success',
    mainPid: 0,
    execMainPid: 100,
    execMainCode: 0,
    execMainStatus: 0,
    raw: 'service',
    ...more,
  };
}

export function jobAdded(at: number, jobId: number, unit = 'a.service'): JobAdded {
  return { kind: 'job-added', source: 'dbus', atUsec: t0 + at, jobId, unit, raw: `JobNew ${jobId}` };
}

export function jobRemoved(at: number, jobId: number, unit = 'a.service', result = 'done'): JobRemoved {
  return { kind: 'job-removed', source: 'dbus', atUsec: t0 + at, jobId, unit, result, raw: `JobRemoved ${jobId}` };
}

export function journal(at: number, event: JournalEntry['event'], more: Partial<JournalEntry> = {}): JournalEntry {
  return { kind: 'journal', source: 'journal', atUsec: t0 + at, unit: 'a.service', event, message: event, raw: event, ...more };
}

export function signalSent(at: number, signal: number, sender: SignalSent['sender'], targetPid: number): SignalSent {
  return {
    kind: 'signal',
    source: 'stap',
    atUsec: t0 + at,
    signal,
    sender,
    ancestry: [{ pid: 1, name: 'systemd' }, sender],
    target: { pid: targetPid, name: 'sleep' },
    raw: `signal ${signal}`,
  };
}
