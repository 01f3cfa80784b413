import type { CallPath, Evidence, JournalEntry, ServiceState, SignalSent, StopRequest, UnitState } from '../model/evidence.ts';
import type { Process } from '../model/process.ts';
import { signalName } from '../model/signal-names.ts';
import { systemd } from './attribute-names.ts';
import type { PlannedEvent } from './planned-span.ts';
import { stateOf } from './service-states.ts';
import { stateName } from './state-spans.ts';

/** Name and attributes of an event; the time is another matter. */
export type Happening = Omit<PlannedEvent, 'atUsec'>;

/** What one piece of evidence adds to the story; undefined where it tells who somebody is, not what happened. */
export function happeningOf(evidence: Evidence): Happening | undefined {
  switch (evidence.kind) {
    case 'call-path':
      return call(evidence);
    case 'request':
      return request(evidence);
    case 'job-pulled':
      return {
        name: `${evidence.action} pulled in by ${evidence.byUnit ?? 'another unit'}`,
        attributes: { [systemd.eventUnit]: evidence.unit },
      };
    case 'signal':
      return signal(evidence);
    case 'oom-victim':
      return { name: `out of memory: ${evidence.target.name}`, attributes: target(evidence.target) };
    case 'cgroup-move': {
      const { from, to, sender, unit } = evidence;
      const places = { [systemd.eventCgroup]: to, ...text(systemd.eventFromCgroup, from), ...text(systemd.eventUnit, unit) };
      return { name: `task moved by ${sender.name}`, attributes: { ...places, ...by(sender), ...target(evidence.task) } };
    }
    case 'cgroup-empty': {
      const { cgroup, by: last } = evidence;
      return { name: `cgroup empty after ${last.name}`, attributes: { [systemd.eventCgroup]: cgroup, ...by(last) } };
    }
    case 'unit-state':
      return evidence.initial === true ? undefined : unitState(evidence);
    case 'service-state':
      return serviceState(evidence);
    case 'job-added':
      return { name: `JobNew ${evidence.jobType ?? ''}`.trim(), attributes: { [systemd.jobId]: evidence.jobId } };
    case 'job-removed':
      return { name: `JobRemoved ${evidence.result}`, attributes: { [systemd.jobId]: evidence.jobId } };
    case 'unit-removed':
      return { name: 'UnitRemoved', attributes: {} };
    case 'journal':
      return journal(evidence);
    case 'bus-peer':
    case 'unit-relations':
    case 'process-tree':
      return undefined;
  }
}

function call({ function: name, frames, result, oldState, newState }: CallPath): Happening {
  const states = oldState === undefined && newState === undefined ? undefined : `${oldState ?? '?'} → ${newState ?? '?'}`;
  return {
    name: `${name ?? frames[0]?.function ?? 'unknown'}()`,
    attributes: { ...text(systemd.eventResult, result), ...text(systemd.eventState, states) },
  };
}

function request({ method, action, sender, busName, unit, refused, jobId }: StopRequest): Happening {
  return {
    name: `${method ?? action} by ${sender?.name ?? busName ?? 'unknown'}`,
    attributes: {
      ...text(systemd.eventUnit, unit),
      ...text(systemd.eventBusName, busName),
      ...text(systemd.eventRefused, refused),
      ...(jobId !== undefined && { [systemd.jobId]: jobId }),
      ...(sender !== undefined && by(sender)),
    },
  };
}

function signal({ signal: number, sender, target: to, fromKernel, unit }: SignalSent): Happening {
  const from = fromKernel === true ? 'the kernel' : sender.name;
  return {
    name: `${signalName(number)} by ${from} to ${to.name}`,
    attributes: { [systemd.signal]: number, ...text(systemd.eventUnit, unit), ...by(sender), ...target(to) },
  };
}

function unitState({ activeState, subState, busName }: UnitState): Happening | undefined {
  const state = stateOf(activeState, subState);
  return state === undefined ? undefined : { name: stateName(state), attributes: text(systemd.eventBusName, busName) };
}

function serviceState({ result, execMainCode, execMainStatus, statusText }: ServiceState): Happening | undefined {
  if (result === undefined && execMainCode === undefined && statusText === undefined) return undefined;
  return {
    name: result === undefined ? 'service properties' : `Result ${result}`,
    attributes: {
      ...(execMainCode !== undefined && { [systemd.eventExitCode]: execMainCode }),
      ...(execMainStatus !== undefined && { [systemd.eventExitStatus]: execMainStatus }),
      ...text(systemd.eventMessage, statusText),
    },
  };
}

function journal({ event, message, exitCode, exitStatus, sender }: JournalEntry): Happening {
  return {
    name: `journal ${event}`,
    attributes: {
      [systemd.eventMessage]: message,
      ...text(systemd.eventExitCode, exitCode),
      ...(exitStatus !== undefined && { [systemd.eventExitStatus]: exitStatus }),
      ...(sender !== undefined && by(sender)),
    },
  };
}

function by({ name, pid }: Process): PlannedEvent['attributes'] {
  return { [systemd.eventSender]: name, ...(pid !== undefined && { [systemd.eventSenderPid]: pid }) };
}

function target({ name, pid }: Process): PlannedEvent['attributes'] {
  return { [systemd.eventTarget]: name, ...(pid !== undefined && { [systemd.eventTargetPid]: pid }) };
}

function text(key: string, value: string | undefined): PlannedEvent['attributes'] {
  return value === undefined ? {} : { [key]: value };
}
