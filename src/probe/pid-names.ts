import { LruMap } from '../lru-map.ts';

/**
 * Events name processes by the pids of the initial namespace, records by those of PID 1's. On a host the two are
 * one; a systemd in a container has its own.
 */
export interface PidNames {
  /** To be called while the process lives. */
  learn(pid: number): void;
  /** The same, without looking at those whose parent is known to have its children elsewhere. */
  learnChild(pid: number, parentPid: number): void;
  /** Its pid as PID 1 sees it; undefined where it is outside of PID 1's namespace, or was gone before we looked. */
  inside(pid: number): number | undefined;
  outside(pidInside: number): number | undefined;
}

export const samePids: PidNames = {
  learn: () => undefined,
  learnChild: () => undefined,
  inside: (pid) => pid,
  outside: (pid) => pid,
};

const maxPids = 65_536;

export interface PidNamesParts {
  /** The text of /proc/PID/status, as the host sees it. */
  readonly readStatus: (pid: number) => string | undefined;
  /** Whether a process has its children in PID 1's namespace; undefined where it has gone. */
  readonly hasChildrenInside: (pid: number) => boolean | undefined;
  /** Namespaces around PID 1's own. */
  readonly depth: number;
}

export function createPidNames({ readStatus, hasChildrenInside, depth }: PidNamesParts): PidNames {
  const inside = new LruMap<number, number>(maxPids);
  const outside = new LruMap<number, number>(maxPids);
  const elsewhere = new LruMap<number, true>(maxPids);

  function learn(pid: number): void {
    const name = pidAtDepth(readStatus(pid) ?? '', depth);
    if (name === undefined) return;
    inside.set(pid, name);
    outside.set(name, pid);
  }

  function learnChild(pid: number, parentPid: number): void {
    elsewhere.delete(pid);
    if (elsewhere.get(parentPid) === true) return;
    if (inside.get(parentPid) === undefined && hasChildrenInside(parentPid) === false) elsewhere.set(parentPid, true);
    else learn(pid);
  }

  return {
    learn,
    learnChild,
    inside(pid) {
      if (inside.get(pid) === undefined) learn(pid);
      return inside.get(pid);
    },
    outside: (pid) => outside.get(pid),
  };
}

/** `NSpid:` lists the pids of a process from the reader's namespace inwards (proc_pid_status(5)). */
export function pidAtDepth(status: string, depth: number): number | undefined {
  const text = namespacePids(status)[depth];
  return text === undefined || !/^\d{1,10}$/.test(text) ? undefined : Number(text);
}

export function namespaceDepth(status: string): number {
  return Math.max(0, namespacePids(status).length - 1);
}

function namespacePids(status: string): readonly string[] {
  return /^NSpid:\s*(?<pids>\S.*)$/m.exec(status)?.groups?.['pids']?.trim().split(/\s+/) ?? [];
}
