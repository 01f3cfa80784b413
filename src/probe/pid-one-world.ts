import { readdirSync, readFileSync } from 'node:fs';
import type { JournalHost } from '../model/evidence.ts';
import { present } from '../sources/present.ts';
import { parseCgroup } from '../sources/proc/cgroup-text.ts';
import { createPasswd } from '../sources/proc/passwd.ts';
import { createProcessReader } from '../sources/proc/process-reader.ts';
import { belowRoot, parseCgroupRoot } from './cgroup-root.ts';
import type { ObserverParts } from './observe.ts';
import { createPeople } from './people.ts';
import { createPidNames, namespaceDepth, samePids } from './pid-names.ts';
import { createRealtime } from './realtime.ts';
import { createTaskBook } from './task-book.ts';

/** Everything around PID 1 that its events have to be understood with. @param rootPid PID 1 as we know it: 1, or a container's */
export function observeWorld(rootPid: number): ObserverParts {
  const tasks = createTaskBook();
  const depth = namespaceDepth(readText(`/proc/${rootPid}/status`) ?? '');
  const isHost = depth === 0;
  const pids = isHost ? samePids : createPidNames((pid) => readText(`/proc/${pid}/status`), depth);
  const reader = createProcessReader(
    isHost ? {} : { procDirectory: `/proc/${rootPid}/root/proc`, passwd: createPasswd(`/proc/${rootPid}/root/etc/passwd`) },
  );
  const realtimeOf = createRealtime();
  return {
    rootPid,
    realtimeOf,
    root: parseCgroupRoot(readText(`/proc/${rootPid}/cgroup`) ?? ''),
    tasks,
    pids,
    people: createPeople({ reader, pids, tasks, realtimeOf }),
    readCgroup,
  };
}

/** All processes there are. To be called once their births and moves are being followed. */
export function noticeProcesses({ root, tasks, pids }: ObserverParts): void {
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const path = readCgroup(pid);
    const cgroup = path === undefined ? undefined : belowRoot(root, path);
    if (cgroup === undefined) continue;
    tasks.moved(pid, cgroup);
    pids.learn(pid);
  }
}

/** The machine whose PID 1 this is. */
export function hostOf(rootPid: number): JournalHost {
  const root = `/proc/${rootPid}/root`;
  const line = (path: string): string | undefined => readText(path)?.trim() || undefined;
  return present({
    machineId: line(`${root}/etc/machine-id`),
    bootId: line('/proc/sys/kernel/random/boot_id')?.replaceAll('-', ''),
    hostname: line(rootPid === 1 ? '/proc/sys/kernel/hostname' : `${root}/etc/hostname`),
  });
}

function readCgroup(pid: number): string | undefined {
  return parseCgroup(readText(`/proc/${pid}/cgroup`) ?? '');
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
