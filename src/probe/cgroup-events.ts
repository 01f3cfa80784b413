import type { CgroupEmptied as CgroupEmptiedEvidence, TaskMoved, Told } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { unitOfCgroup } from '../model/unit.ts';
import { present } from '../sources/present.ts';
import { belowRoot, type CgroupRoot, isOfUnit } from './cgroup-root.ts';
import type { People } from './people.ts';
import type { PidNames } from './pid-names.ts';
import type { CgroupEmptied, TaskAttached } from './probe-events.ts';
import type { TaskBook } from './task-book.ts';

export type SeenMove = Told<TaskMoved>;
export type SeenEmpty = Told<CgroupEmptiedEvidence>;

export interface CgroupEventsParts {
  readonly realtimeOf: (clockUsec: number) => RealtimeUsec;
  readonly root: CgroupRoot;
  readonly tasks: TaskBook;
  readonly people: People;
  readonly pids: PidNames;
}

/** A process out of a service's cgroup into another one's; undefined where it stays in its unit, or comes from none. */
export function taskMoved(event: TaskAttached, parts: CgroupEventsParts): SeenMove | undefined {
  const to = pathOf(event, parts.root);
  const from = parts.tasks.find(event.taskPid)?.cgroup;
  if (to === undefined) return undefined;
  parts.tasks.moved(event.taskPid, to);
  const unit = unitOfCgroup(from ?? '');
  if (from === undefined || unit?.endsWith('.service') !== true || unitOfCgroup(to) === unit) return undefined;
  return {
    kind: 'cgroup-move',
    atUsec: parts.realtimeOf(event.clockUsec),
    unit,
    from,
    to,
    task: present({ pid: parts.pids.inside(event.taskPid), name: event.taskComm || 'unknown', unit }),
    ...parts.people.describe(event.pid, event.comm, event.clockUsec),
  };
}

/** A service's own cgroup has become empty; those that it made below are its own business. */
export function cgroupEmptied(event: CgroupEmptied, parts: CgroupEventsParts): SeenEmpty | undefined {
  const cgroup = pathOf(event, parts.root);
  if (cgroup === undefined || !isOfUnit(cgroup)) return undefined;
  const { how, pid, comm } = lastOne(event, cgroup, parts.tasks);
  const { sender, ancestry } = parts.people.describe(pid, comm, event.clockUsec);
  return present({
    kind: 'cgroup-empty' as const,
    atUsec: parts.realtimeOf(event.clockUsec),
    cgroup,
    unit: unitOfCgroup(cgroup),
    how,
    by: sender,
    ancestry,
  });
}

interface LastOne {
  readonly how: 'exit' | 'migration';
  readonly pid: number;
  readonly comm: string;
}

/** How long after its end the kernel notices that a process was the last one. */
const noticedUsec = 100_000;

/**
 * Up to Linux 6.18 the kernel notices in the context of whoever was last: a process that ends, or the one that moves
 * others away, which lives on. Later it notices an end only when it has switched to some other process; then the
 * processes that we know to be left, or not, tell the two apart.
 */
function lastOne(event: CgroupEmptied, cgroup: string, tasks: TaskBook): LastOne {
  const context = { pid: event.pid, comm: event.comm };
  const endedUsec = tasks.find(event.pid)?.endedUsec;
  if (endedUsec !== undefined && event.clockUsec - endedUsec <= noticedUsec) return { how: 'exit', ...context };
  const ended = tasks.lastEnded(cgroup);
  const isRecent = ended?.endedUsec !== undefined && event.clockUsec - ended.endedUsec <= noticedUsec;
  if (ended !== undefined && isRecent && tasks.population(cgroup) === 0)
    return { how: 'exit', pid: ended.pid, comm: ended.name ?? '' };
  return { how: 'migration', ...context };
}

function pathOf(
  { hierarchy, path }: { readonly hierarchy: number; readonly path: string },
  root: CgroupRoot,
): string | undefined {
  return hierarchy === root.hierarchy ? belowRoot(root, path) : undefined;
}
