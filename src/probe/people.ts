import type { Ancestry, Process } from '../model/process.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { unitOfCgroup } from '../model/unit.ts';
import { present } from '../sources/present.ts';
import type { InspectedProcess, ProcessReader } from '../sources/proc/process-reader.ts';
import type { PidNames } from './pid-names.ts';
import type { TaskBook } from './task-book.ts';

export interface PeopleParts {
  /** Of PID 1's own /proc. */
  readonly reader: Pick<ProcessReader, 'inspect' | 'remember' | 'recall'>;
  readonly pids: PidNames;
  readonly tasks: TaskBook;
  /** Of the trace's clock. */
  readonly realtimeOf: (clockUsec: number) => RealtimeUsec;
}

/** A process, and its parents with itself at the end. */
export interface Person {
  readonly sender: Process;
  readonly ancestry: Ancestry;
}

/** Who was behind a pid at the time of an event, also where he has gone since. */
export interface People {
  /** To be called as somebody begins whose answer may be asked for when he is gone. */
  remember(pid: number): void;
  /** The same by a pid of PID 1's namespace. */
  rememberInside(pidInside: number): void;
  /** @param comm what the event calls it, for one of whom nothing else is left */
  describe(pid: number, comm: string, clockUsec: number): Person;
  /** The same by a pid of PID 1's namespace; undefined where nobody is known to have it. */
  describeInside(pidInside: number, clockUsec: number): Person | undefined;
}

/** /proc tells the time of a birth in hundredths of a second, and the boot in whole ones. */
const birthSlackUsec = 1_100_000;
const maxParents = 64;

export function createPeople({ reader, pids, tasks, realtimeOf }: PeopleParts): People {
  /** Not one who got the pid after the event. */
  function living(pidInside: number, clockUsec: number): InspectedProcess | undefined {
    const found = reader.recall(pidInside) ?? reader.inspect(pidInside);
    const bornUsec = found?.process.startedAtUsec;
    return bornUsec !== undefined && bornUsec > realtimeOf(clockUsec) + birthSlackUsec ? undefined : found;
  }

  /** Of one that is gone: its name, its unit, its parents. */
  function fromBook(pid: number, comm: string, clockUsec: number, depth = 0): Person {
    const task = tasks.find(pid);
    const parents = task?.parentPid === undefined ? [] : ancestryOf(task.parentPid, clockUsec, depth + 1);
    const sender: Process = present({
      pid: pids.inside(pid),
      name: task?.name ?? (comm === '<...>' || comm === '' ? 'unknown' : comm),
      startedAtUsec: task?.bornUsec === undefined ? undefined : realtimeOf(task.bornUsec),
      unit: unitOfCgroup(task?.cgroup ?? ''),
      ...heirlooms(parents.at(-1)),
    });
    return { sender, ancestry: [...parents, sender] };
  }

  function ancestryOf(pid: number, clockUsec: number, depth: number): Ancestry {
    const inside = pids.inside(pid);
    const found = inside === undefined ? undefined : living(inside, clockUsec);
    if (found !== undefined) return completed(found.ancestry, clockUsec, depth);
    return tasks.find(pid) === undefined || depth > maxParents ? [] : fromBook(pid, '', clockUsec, depth).ancestry;
  }

  /** A parent may have gone while its child was being read. */
  function completed(ancestry: Ancestry, clockUsec: number, depth = 0): Ancestry {
    const outermost = ancestry[0]?.pid;
    if (outermost === undefined || outermost === 1 || depth > maxParents) return ancestry;
    const parentPid = tasks.find(pids.outside(outermost) ?? 0)?.parentPid;
    return parentPid === undefined ? ancestry : [...ancestryOf(parentPid, clockUsec, depth + 1), ...ancestry];
  }

  /** One that ended while it was being read has no cgroup any more; it was born into its parent's. */
  function personOf({ process, ancestry }: InspectedProcess, pid: number | undefined, clockUsec: number): Person {
    const unit = process.unit ?? unitOfCgroup(tasks.find(pid ?? 0)?.cgroup ?? '');
    const sender = present({ ...process, unit });
    return { sender, ancestry: [...completed(ancestry, clockUsec).slice(0, -1), sender] };
  }

  function describe(pid: number, comm: string, clockUsec: number): Person {
    const inside = pids.inside(pid);
    const found = inside === undefined ? undefined : living(inside, clockUsec);
    return found === undefined ? fromBook(pid, comm, clockUsec) : personOf(found, pid, clockUsec);
  }

  return {
    remember(pid) {
      const inside = pids.inside(pid);
      // PID 1 does most of what there is to see, and will be there.
      if (inside !== undefined && inside !== 1) reader.remember(inside);
    },
    rememberInside: (pidInside) => void reader.remember(pidInside),
    describe,
    describeInside(pidInside, clockUsec) {
      const found = living(pidInside, clockUsec);
      const pid = pids.outside(pidInside);
      if (found !== undefined) return personOf(found, pid, clockUsec);
      return pid === undefined ? undefined : fromBook(pid, '', clockUsec);
    },
  };
}

/** What a child has from its parent, whoever it became since. */
function heirlooms(parent: Process | undefined): Pick<Process, 'loginUid' | 'session' | 'tty'> {
  const { loginUid, session, tty } = parent ?? {};
  return present({ loginUid, session, tty });
}
