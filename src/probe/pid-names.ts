import { LruMap } from '../sources/proc/lru-map.ts';

/**
 * Events name processes by the pids of the initial namespace, records by those of PID 1's. On a host the two are
 * one; a systemd in a container has its own.
 */
export interface PidNames {
  /** To be called while the process lives. */
  learn(pid: number): void;
  /** Its pid as PID 1 sees it; undefined where it is outside of PID 1's namespace, or was gone before we looked. */
  inside(pid: number): number | undefined;
  outside(pidInside: number): number | undefined;
}

export const samePids: PidNames = {
  learn: () => undefined,
  inside: (pid) => pid,
  outside: (pid) => pid,
};

const maxPids = 65_536;

/** @param readStatus the text of /proc/PID/status, as the host sees it. @param depth namespaces around PID 1's own. */
export function createPidNames(readStatus: (pid: number) => string | undefined, depth: number): PidNames {
  const inside = new LruMap<number, number>(maxPids);
  const outside = new LruMap<number, number>(maxPids);

  function learn(pid: number): void {
    const name = pidAtDepth(readStatus(pid) ?? '', depth);
    if (name === undefined) return;
    inside.set(pid, name);
    outside.set(name, pid);
  }

  return {
    learn,
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
