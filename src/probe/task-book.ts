import { type Cgroup, CgroupBook } from './cgroup-book.ts';

/** What we know of a process without asking /proc, which forgets it as it ends. */
export interface Task {
  readonly pid: number;
  readonly parentPid: number | undefined;
  /** By the trace's clock; absent where it is older than us. */
  readonly bornUsec: number | undefined;
  /** Below PID 1's root. */
  readonly cgroup: string | undefined;
  readonly endedUsec: number | undefined;
  /** What it was last called. */
  readonly name: string | undefined;
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
class BookedTask implements Task {
  readonly pid: number;
  readonly parentPid: number | undefined;
  readonly bornUsec: number | undefined;
  endedUsec: number | undefined = undefined;
  name: string | undefined = undefined;
  home: Cgroup | undefined = undefined;

  constructor(pid: number, parentPid?: number, bornUsec?: number) {
    this.pid = pid;
    this.parentPid = parentPid;
    this.bornUsec = bornUsec;
  }

  get cgroup(): string | undefined {
    return this.home?.path;
  }
}

/** PID_MAX_LIMIT is beyond this: what is lost is the unit of the oldest processes of a very full host. */
const maxLiving = 262_144;
const maxEnded = 8192;

export function createTaskBook(): TaskBook {
  return new Book();
}

class Book implements TaskBook {
  readonly #tasks = new Map<number, BookedTask>();
  readonly #cgroups = new CgroupBook();
  /** Of those that ended last, round and round. */
  readonly #endedPids = new Int32Array(maxEnded);
  #ended = 0;

  forked(child: number, parent: number, clockUsec: number): void {
    this.#add(new BookedTask(child, parent, clockUsec), this.#tasks.get(parent)?.home);
  }

  moved(pid: number, cgroup: string): void {
    const task = this.#tasks.get(pid);
    const home = this.#cgroups.at(cgroup);
    if (task === undefined || task.endedUsec !== undefined) this.#add(new BookedTask(pid), home);
    else this.#enter(task, home);
  }

  named(pid: number, name: string): void {
    const task = this.#tasks.get(pid);
    if (task !== undefined) task.name = name;
  }

  exited(pid: number, name: string, clockUsec: number): void {
    const task = this.#tasks.get(pid);
    if (task === undefined || task.endedUsec !== undefined) return;
    if (task.home !== undefined) task.home.lastEnded = task;
    this.#leave(task);
    task.endedUsec = clockUsec;
    task.name = name;
    this.#rememberEnded(pid);
  }

  find(pid: number): Task | undefined {
    return this.#tasks.get(pid);
  }

  population(cgroup: string): number {
    return this.#cgroups.find(cgroup)?.population ?? 0;
  }

  lastEnded(cgroup: string): Task | undefined {
    return this.#cgroups.find(cgroup)?.lastEnded;
  }

  #add(task: BookedTask, home: Cgroup | undefined): void {
    const before = this.#tasks.get(task.pid);
    if (before !== undefined) this.#leave(before);
    else if (this.#tasks.size >= maxLiving) return;
    this.#tasks.set(task.pid, task);
    if (home !== undefined) this.#enter(task, home);
  }

  #enter(task: BookedTask, home: Cgroup): void {
    this.#leave(task);
    task.home = home;
    this.#cgroups.enter(home);
  }

  /** Who has ended has left already. */
  #leave({ home, endedUsec }: BookedTask): void {
    if (home !== undefined && endedUsec === undefined) this.#cgroups.leave(home);
  }

  #rememberEnded(pid: number): void {
    const place = this.#ended++ % maxEnded;
    if (this.#ended > maxEnded) this.#forget(this.#endedPids[place] ?? 0);
    this.#endedPids[place] = pid;
  }

  /** Its pid may be another's by now. */
  #forget(pid: number): void {
    if (this.#tasks.get(pid)?.endedUsec !== undefined) this.#tasks.delete(pid);
  }
}
