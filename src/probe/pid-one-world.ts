import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { JournalHost } from '../model/evidence.ts';
import { present } from '../sources/present.ts';
import { parseCgroup } from '../sources/proc/cgroup-text.ts';
import { createPasswd } from '../sources/proc/passwd.ts';
import { createProcessReader } from '../sources/proc/process-reader.ts';
import { belowRoot, parseCgroupRoot } from './cgroup-root.ts';
import type { ObserverParts } from './observe.ts';
import { createPeople } from './people.ts';
import { createPidNames, namespaceDepth, type PidNamesParts, samePids } from './pid-names.ts';
import { createRealtime } from './realtime.ts';
import { createTaskBook } from './task-book.ts';
import type { WatchedPidOne } from './watched-pid-one.ts';

/** Everything around PID 1 that its events have to be understood with. */
export function observeWorld({ rootPid, procfs }: WatchedPidOne): ObserverParts {
  const tasks = createTaskBook();
  const root = `${procfs}/${rootPid}/root`;
  const depth = namespaceDepth(readText(`${procfs}/${rootPid}/status`) ?? '');
  const isHost = depth === 0;
  const pids = isHost ? samePids : createPidNames({ ...namespacesIn(procfs, rootPid), depth });
  const inside = isHost ? {} : { procDirectory: `${root}/proc`, passwd: createPasswd(`${root}/etc/passwd`) };
  // Whole: what systemctl will ask for is read from it. The record hides what is to be hidden.
  const reader = createProcessReader({ ...inside, redact: (command) => command });
  const realtimeOf = createRealtime();
  return {
    rootPid,
    realtimeOf,
    root: parseCgroupRoot(readText(`${procfs}/${rootPid}/cgroup`) ?? ''),
    tasks,
    pids,
    people: createPeople({ reader, pids, tasks, realtimeOf }),
    readCgroup: (pid) => readCgroup(procfs, pid),
  };
}

/** All processes there are. To be called once their births and moves are being followed. */
export function noticeProcesses({ root, tasks, pids }: ObserverParts, procfs: string): void {
  for (const name of readdirSync(procfs)) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const path = readCgroup(procfs, pid);
    const cgroup = path === undefined ? undefined : belowRoot(root, path);
    if (cgroup === undefined) continue;
    tasks.moved(pid, cgroup);
    pids.learn(pid);
  }
}

/** The machine whose PID 1 this is. */
export function hostOf({ rootPid, procfs }: WatchedPidOne): JournalHost {
  const root = `${procfs}/${rootPid}/root`;
  const line = (path: string): string | undefined => readText(path)?.trim() || undefined;
  return present({
    machineId: line(`${root}/etc/machine-id`),
    bootId: line('/proc/sys/kernel/random/boot_id')?.replaceAll('-', ''),
    hostname: line(rootPid === 1 ? '/proc/sys/kernel/hostname' : `${root}/etc/hostname`),
  });
}

function namespacesIn(procfs: string, rootPid: number): Omit<PidNamesParts, 'depth'> {
  const own = readTarget(`${procfs}/${rootPid}/ns/pid`);
  return {
    readStatus: (pid) => readText(`${procfs}/${pid}/status`),
    hasChildrenInside: (pid) => {
      const theirs = readTarget(`${procfs}/${pid}/ns/pid_for_children`);
      return theirs === undefined ? undefined : theirs === own;
    },
  };
}

function readCgroup(procfs: string, pid: number): string | undefined {
  return parseCgroup(readText(`${procfs}/${pid}/cgroup`) ?? '');
}

function readText(path: string): string | undefined {
  return attempt(() => readFileSync(path, 'utf8'));
}

function readTarget(path: string): string | undefined {
  return attempt(() => readlinkSync(path));
}

/** Undefined where the process has gone. */
function attempt(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
