import { LruMap } from '../sources/proc/lru-map.ts';

/** What we know of a process without asking /proc, which forgets it as it ends. */
export interface Task {
  readonly pid: number;
  readonly parentPid: number | undefined;
  /** By the trace's clock; absent where it is older than us. */
  readonly bornUsec: number | undefined;
  /** Below PID 1's root. */
  cgroup: string | undefined;
  endedUsec: number | undefined;
  /** What it was last called. */
  name: string | undefined;
}

/** Which processes there are, whose children they are and in which cgroups: from the kernel's events, as they come. */
export interface TaskBook {
  forked(child: number, parent: number, clockUsec: number): void;
  moved(pid: number, cgroup: string): void;
  /** It is called so now. */
  named(pid: number, name: string): void;
  exited(pid: number, name: string, clockUsec: number): void;
  /** Also one that has ended, for a while. */
  find(pid: number): Task | undefined;
  /** How many processes are in a cgroup. */
  population(cgroup: string): number;
  /** The one that ended last in a cgroup. */
  lastEnded(cgroup: string): Task | undefined;
}

/** With all its fields from the beginning: there are thousands a second. */
function taskOf(pid: number, parentPid?: number, bornUsec?: number): Task {
  return { pid, parentPid, bornUsec, cgroup: undefined, endedUsec: undefined, name: undefined };
}

/** PID_MAX_LIMIT is beyond this: what is lost is the unit of the oldest processes of a very full host. */
const maxLiving = 262_144;
const maxEnded = 8192;
const maxCgroups = 16_384;

export function createTaskBook(): TaskBook {
  return new Book();
}

class Book implements TaskBook {
  readonly #tasks = new Map<number, Task>();
  readonly #endedPids: number[] = [];
  readonly #members = new Map<string, Set<number>>();
  readonly #lastEnded = new LruMap<string, Task>(maxCgroups);

  forked(child: number, parent: number, clockUsec: number): void {
    this.#add(taskOf(child, parent, clockUsec), this.#tasks.get(parent)?.cgroup);
  }

  moved(pid: number, cgroup: string): void {
    const task = this.#tasks.get(pid);
    if (task === undefined || task.endedUsec !== undefined) this.#add(taskOf(pid), cgroup);
    else this.#enter(task, cgroup);
  }

  named(pid: number, name: string): void {
    const task = this.#tasks.get(pid);
    if (task !== undefined) task.name = name;
  }

  exited(pid: number, name: string, clockUsec: number): void {
    const task = this.#tasks.get(pid);
    if (task === undefined || task.endedUsec !== undefined) return;
    this.#leave(task);
    task.endedUsec = clockUsec;
    task.name = name;
    if (task.cgroup !== undefined) this.#lastEnded.set(task.cgroup, task);
    this.#endedPids.push(pid);
    if (this.#endedPids.length > maxEnded) this.#forget(this.#endedPids.shift());
  }

  find(pid: number): Task | undefined {
    return this.#tasks.get(pid);
  }

  population(cgroup: string): number {
    return this.#members.get(cgroup)?.size ?? 0;
  }

  lastEnded(cgroup: string): Task | undefined {
    return this.#lastEnded.get(cgroup);
  }

  #add(task: Task, cgroup: string | undefined): void {
    const before = this.#tasks.get(task.pid);
    if (before !== undefined) this.#leave(before);
    else if (this.#tasks.size >= maxLiving) return;
    this.#tasks.set(task.pid, task);
    this.#enter(task, cgroup);
  }

  #enter(task: Task, cgroup: string | undefined): void {
    this.#leave(task);
    if (cgroup === undefined) return;
    task.cgroup = cgroup;
    const known = this.#members.get(cgroup);
    if (known !== undefined) known.add(task.pid);
    else if (this.#members.size < maxCgroups) this.#members.set(cgroup, new Set([task.pid]));
  }

  #leave({ pid, cgroup }: Task): void {
    if (cgroup === undefined) return;
    const known = this.#members.get(cgroup);
    known?.delete(pid);
    if (known?.size === 0) this.#members.delete(cgroup);
  }

  /** Its pid may be another's by now. */
  #forget(pid: number | undefined): void {
    if (pid !== undefined && this.#tasks.get(pid)?.endedUsec !== undefined) this.#tasks.delete(pid);
  }
}
