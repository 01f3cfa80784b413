import { LruMap } from '../../lru-map.ts';
import type { Process } from '../../model/process.ts';
import { describeStat, type ProcessSources, readDetails } from './process-details.ts';
import { isDead, isSameProgram, type ProcessStat, parseStat } from './stat-line.ts';

/** A process as it was just now. */
export interface SeenProcess {
  readonly stat: ProcessStat;
  readonly process: Process;
}

interface Entry extends SeenProcess {
  readonly readAtMs: number;
}

const maxEntries = 4096;
/** A process may change its user, its cgroup, its command line: what was read is good for a burst of questions. */
const freshMs = 1000;

/** Reads processes one by one and keeps what it read; never hands out what it read of another process of that pid. */
export class ProcessTable {
  readonly #sources: ProcessSources;
  readonly #nowMs: () => number;
  readonly #entries = new LruMap<number, Entry>(maxEntries);

  constructor(sources: ProcessSources, nowMs: () => number) {
    this.#sources = sources;
    this.#nowMs = nowMs;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** One small read. Undefined where there is no such process, or it is hidden from us. */
  stat(pid: number): ProcessStat | undefined {
    const stat = parseStat(this.#sources.files.text(`${pid}/stat`) ?? '');
    return stat?.pid === pid ? stat : undefined;
  }

  /** The process of this pid, or the one that a thread of this id belongs to. */
  look(pid: number): SeenProcess | undefined {
    const stat = this.stat(pid);
    if (stat === undefined) return undefined;
    const entry = this.#entries.get(pid);
    if (entry !== undefined && this.#stillHolds(entry, stat)) {
      this.#entries.set(pid, entry);
      return { stat, process: entry.process };
    }
    const { seen, threadOf } = this.#read(stat);
    if (threadOf !== undefined) return this.#lookAtOwner(threadOf) ?? seen;
    this.#entries.set(pid, { ...seen, readAtMs: this.#nowMs() });
    return seen;
  }

  /** What was read of one that is dead by now is more than what is left of it. */
  #stillHolds(entry: Entry, stat: ProcessStat): boolean {
    if (isDead(stat)) return entry.stat.startTicks === stat.startTicks;
    return isSameProgram(entry.stat, stat) && this.#nowMs() - entry.readAtMs < freshMs;
  }

  #lookAtOwner(pid: number): SeenProcess | undefined {
    const stat = this.stat(pid);
    return stat === undefined ? undefined : this.#read(stat).seen;
  }

  /** Looks at the identity before and after: in between the pid may have got another process, or another program. */
  #read(before: ProcessStat, attempts = 2): { readonly seen: SeenProcess; readonly threadOf?: number } {
    const { process, ...thread } = readDetails(before, this.#sources);
    const after = this.stat(before.pid);
    if (after !== undefined && after.startTicks !== before.startTicks) {
      return { seen: { stat: before, process: describeStat(before, this.#sources.bootTime) } };
    }
    const isTrue = after === undefined || isDead(after) || isSameProgram(before, after);
    return isTrue || attempts <= 1 ? { seen: { stat: before, process }, ...thread } : this.#read(after, attempts - 1);
  }
}
