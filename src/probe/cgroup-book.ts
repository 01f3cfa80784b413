import { LruMap } from '../lru-map.ts';
import type { Task } from './task-book.ts';

/** A cgroup that processes are in, or were. */
export interface Cgroup {
  /** Below PID 1's root. */
  readonly path: string;
  population: number;
  /** The one of its processes that ended last. */
  lastEnded: Task | undefined;
}

const maxCgroups = 16_384;

/** How many processes are in each cgroup, and of those that are empty now who ended last. */
export class CgroupBook {
  readonly #populated = new Map<string, Cgroup>();
  readonly #emptied = new LruMap<string, Cgroup>(maxCgroups);

  find(path: string): Cgroup | undefined {
    return this.#populated.get(path) ?? this.#emptied.get(path);
  }

  /** The one that is known, or a new one that nobody has entered. */
  at(path: string): Cgroup {
    return this.find(path) ?? { path, population: 0, lastEnded: undefined };
  }

  enter(cgroup: Cgroup): void {
    cgroup.population++;
    if (cgroup.population > 1 || this.#populated.size >= maxCgroups) return;
    this.#emptied.delete(cgroup.path);
    this.#populated.set(cgroup.path, cgroup);
  }

  leave(cgroup: Cgroup): void {
    cgroup.population--;
    if (cgroup.population > 0 || this.#populated.get(cgroup.path) !== cgroup) return;
    this.#populated.delete(cgroup.path);
    if (cgroup.lastEnded !== undefined) this.#emptied.set(cgroup.path, cgroup);
  }
}
