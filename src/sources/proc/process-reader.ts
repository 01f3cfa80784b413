import { LruMap } from '../../lru-map.ts';
import type { Ancestry, Process } from '../../model/process.ts';
import { redactCommand } from '../../model/redact.ts';
import { BootTime } from './boot-time.ts';
import { createPasswd, type Passwd } from './passwd.ts';
import { ProcFiles } from './proc-files.ts';
import { ProcessTable, type SeenProcess } from './process-table.ts';

/** A process, and its parents up to PID 1 with itself at the end. */
export interface InspectedProcess {
  readonly process: Process;
  readonly ancestry: Ancestry;
}

/** How much of the host's processes can be seen: less than `full` under hidepid= or `ProtectProc=`. */
export type ProcVisibility = 'full' | 'own-processes' | 'none';

export interface ProcessReaderOptions {
  readonly procDirectory?: string;
  readonly passwd?: Passwd;
  readonly redact?: (command: string) => string;
  /** Monotonic. */
  readonly nowMs?: () => number;
}

/** Tells who a pid is. Synchronous, since a sender lives for milliseconds; never throws. */
export interface ProcessReader {
  /** The process of this pid, or of this thread; undefined where it is gone or hidden. */
  inspect(pid: number): InspectedProcess | undefined;
  /** Inspects a process and keeps the answer for `recall`. */
  remember(pid: number): InspectedProcess | undefined;
  /**
   * What was remembered in the last 60 s of a process that may be gone by now. Undefined where the pid belongs to
   * another process already: nobody can tell which of the two is meant.
   */
  recall(pid: number): InspectedProcess | undefined;
  visibility(): ProcVisibility;
}

interface Remembered {
  readonly inspected: InspectedProcess;
  /** Of the pid that was asked for. */
  readonly startTicks: number;
  readonly atMs: number;
}

/** No process of an ordinary host has more than a dozen. */
const maxParents = 64;
const maxRemembered = 4096;
const rememberedMs = 60_000;
/** PID_MAX_LIMIT of 64-bit kernels. */
const maxPid = 4_194_304;

export function createProcessReader(options: ProcessReaderOptions = {}): ProcessReader {
  const { passwd = createPasswd(), redact = redactCommand, nowMs = () => performance.now() } = options;
  const files = new ProcFiles(options.procDirectory ?? '/proc');
  const table = new ProcessTable({ files, bootTime: new BootTime(files, nowMs), passwd, redact }, nowMs);
  const remembered = new LruMap<number, Remembered>(maxRemembered);

  function describe(seen: SeenProcess): InspectedProcess {
    return { process: seen.process, ancestry: ancestryOf(seen, table) };
  }

  return {
    inspect(pid) {
      const seen = isPid(pid) ? table.look(pid) : undefined;
      return seen && describe(seen);
    },
    remember(pid) {
      const seen = isPid(pid) ? table.look(pid) : undefined;
      if (seen === undefined) return undefined;
      const inspected = describe(seen);
      const stat = seen.stat.pid === pid ? seen.stat : (table.stat(pid) ?? seen.stat);
      remembered.set(pid, { inspected, startTicks: stat.startTicks, atMs: nowMs() });
      return inspected;
    },
    recall(pid) {
      const kept = remembered.get(pid);
      if (kept === undefined) return undefined;
      const isOld = nowMs() - kept.atMs > rememberedMs;
      const current = table.stat(pid);
      const isReused = current !== undefined && current.startTicks !== kept.startTicks;
      if (!isOld && !isReused) return kept.inspected;
      remembered.delete(pid);
      return undefined;
    },
    visibility() {
      if (table.stat(1) !== undefined) return 'full';
      return files.text('self/stat') === undefined ? 'none' : 'own-processes';
    },
  };
}

function isPid(pid: number): boolean {
  return Number.isInteger(pid) && pid > 0 && pid <= maxPid;
}

/** Outermost first. Ends early where a parent is gone, or its pid belongs to a process younger than the child. */
function ancestryOf(leaf: SeenProcess, table: ProcessTable): Ancestry {
  const ancestry: Process[] = [leaf.process];
  const seenPids = new Set([leaf.stat.pid]);
  let child = leaf;
  while (child.stat.parentPid !== 0 && seenPids.size <= maxParents && !seenPids.has(child.stat.parentPid)) {
    const parent = table.look(child.stat.parentPid);
    if (parent === undefined || parent.stat.startTicks > child.stat.startTicks) break;
    seenPids.add(parent.stat.pid);
    ancestry.unshift(parent.process);
    child = parent;
  }
  return ancestry;
}
