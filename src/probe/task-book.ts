/** What we know of a process without asking /proc, which forgets it as it ends. */
export interface Task {
  readonly pid: number;
  readonly parentPid?: number;
  /** By the trace's clock; absent where it is older than us. */
  readonly bornUsec?: number;
  /** Below PID 1's root. */
  cgroup?: string;
  endedUsec?: number;
  /** Of the program it was last seen to begin, or to end as. */
  name?: string;
}

/** Which processes there are, whose children they are and in which cgroups: from the kernel's events, as they come. */
export interface TaskBook {
  forked(child: number, parent: number, clockUsec: number): void;
  moved(pid: number, cgroup: string): void;
  executed(pid: number, name: string): void;
  exited(pid: number, name: string, clockUsec: number): void;
  /** Also one that has ended, for a while. */
  find(pid: number): Task | undefined;
  /** How many processes are in a cgroup. */
  population(cgroup: string): number;
  /** The one that ended last in a cgroup. */
  lastEnded(cgroup: string): Task | undefined;
}

/** PID_MAX_LIMIT is beyond this: what is lost is the unit of the oldest processes of a very full host. */
const maxLiving = 262_144;
const maxEnded = 8192;
const maxCgroups = 16_384;

export function createTaskBook(): TaskBook {
  const tasks = new Map<number, Task>();
  const endedPids: number[] = [];
  const members = new Map<string, Set<number>>();
  const lastEnded = new Map<string, Task>();

  function enter(task: Task, cgroup: string | undefined): void {
    leave(task);
    if (cgroup === undefined) return;
    task.cgroup = cgroup;
    const known = members.get(cgroup);
    if (known !== undefined) known.add(task.pid);
    else if (members.size < maxCgroups) members.set(cgroup, new Set([task.pid]));
  }

  function leave(task: Task): void {
    const known = task.cgroup === undefined ? undefined : members.get(task.cgroup);
    known?.delete(task.pid);
    if (known?.size === 0 && task.cgroup !== undefined) members.delete(task.cgroup);
  }

  function add(task: Task, cgroup: string | undefined): void {
    const before = tasks.get(task.pid);
    if (before !== undefined) leave(before);
    else if (tasks.size >= maxLiving) return;
    tasks.set(task.pid, task);
    enter(task, cgroup);
  }

  function moved(pid: number, cgroup: string): void {
    const task = tasks.get(pid);
    if (task === undefined || task.endedUsec !== undefined) add({ pid }, cgroup);
    else enter(task, cgroup);
  }

  function exited(pid: number, name: string, clockUsec: number): void {
    const task = tasks.get(pid);
    if (task === undefined || task.endedUsec !== undefined) return;
    leave(task);
    task.endedUsec = clockUsec;
    task.name = name;
    if (task.cgroup !== undefined) rememberLast(task.cgroup, task);
    endedPids.push(pid);
    if (endedPids.length > maxEnded) forget(endedPids.shift());
  }

  function rememberLast(cgroup: string, task: Task): void {
    lastEnded.delete(cgroup);
    lastEnded.set(cgroup, task);
    if (lastEnded.size <= maxCgroups) return;
    for (const oldest of lastEnded.keys()) {
      lastEnded.delete(oldest);
      return;
    }
  }

  function forget(pid: number | undefined): void {
    if (pid !== undefined && tasks.get(pid)?.endedUsec !== undefined) tasks.delete(pid);
  }

  return {
    forked: (child, parent, clockUsec) =>
      add({ pid: child, parentPid: parent, bornUsec: clockUsec }, tasks.get(parent)?.cgroup),
    moved,
    executed(pid, name) {
      const task = tasks.get(pid);
      if (task !== undefined) task.name = name;
    },
    exited,
    find: (pid) => tasks.get(pid),
    population: (cgroup) => members.get(cgroup)?.size ?? 0,
    lastEnded: (cgroup) => lastEnded.get(cgroup),
  };
}
