import type { OomVictim, SignalSent, Told } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { unitOfCgroup } from '../model/unit.ts';
import { present } from '../sources/present.ts';
import type { People } from './people.ts';
import type { PidNames } from './pid-names.ts';
import type { SignalGenerated, VictimMarked } from './probe-events.ts';
import type { TaskBook } from './task-book.ts';

export type SeenSignal = Told<SignalSent>;

export type SeenVictim = Told<OomVictim>;

export interface SignalsParts {
  readonly realtimeOf: (clockUsec: number) => RealtimeUsec;
  readonly tasks: TaskBook;
  readonly people: People;
  readonly pids: PidNames;
}

/** A signal to a process of a service; undefined for all others, of sessions and of what is no unit's. */
export function signalSent(event: SignalGenerated, { tasks, people, pids, realtimeOf }: SignalsParts): SeenSignal | undefined {
  const unit = serviceOf(event.targetPid, tasks);
  if (unit === undefined) return undefined;
  return {
    kind: 'signal',
    atUsec: realtimeOf(event.clockUsec),
    signal: event.signal,
    unit,
    // The kernel's own codes are positive.
    fromKernel: event.code > 0,
    target: present({ pid: pids.inside(event.targetPid), name: event.targetComm || 'unknown', unit }),
    ...people.describe(event.pid, event.comm, event.clockUsec),
  };
}

/** The kernel frees the memory of a process of a service. */
export function victimMarked(
  event: VictimMarked,
  { tasks, pids, realtimeOf }: Omit<SignalsParts, 'people'>,
): SeenVictim | undefined {
  const unit = serviceOf(event.targetPid, tasks);
  if (unit === undefined) return undefined;
  const name = event.targetComm || tasks.find(event.targetPid)?.name || 'unknown';
  const target = present({ pid: pids.inside(event.targetPid), name, unit });
  return { kind: 'oom-victim', atUsec: realtimeOf(event.clockUsec), unit, target };
}

function serviceOf(pid: number, tasks: TaskBook): string | undefined {
  const unit = unitOfCgroup(tasks.find(pid)?.cgroup ?? '');
  return unit?.endsWith('.service') === true ? unit : undefined;
}
