import type { SignalSent } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { unitOfCgroup } from '../model/unit.ts';
import { present } from '../sources/present.ts';
import type { People } from './people.ts';
import type { PidNames } from './pid-names.ts';
import type { SignalGenerated } from './probe-events.ts';
import type { TaskBook } from './task-book.ts';

export type SeenSignal = Omit<SignalSent, 'source' | 'origin' | 'raw' | 'atUsec'> & { readonly atUsec: RealtimeUsec };

export interface SignalsParts {
  readonly realtimeOf: (clockUsec: number) => RealtimeUsec;
  readonly tasks: TaskBook;
  readonly people: People;
  readonly pids: PidNames;
}

/** A signal to a process of a service; undefined for all others, of sessions and of what is no unit's. */
export function signalSent(event: SignalGenerated, { tasks, people, pids, realtimeOf }: SignalsParts): SeenSignal | undefined {
  const task = tasks.find(event.targetPid);
  const unit = unitOfCgroup(task?.cgroup ?? '');
  if (unit?.endsWith('.service') !== true) return undefined;
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
