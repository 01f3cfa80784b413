import { present } from '../sources/present.ts';
import type { ProbeEvent } from './probe-events.ts';

/** What an event says beside who and when. */
export type Said = ProbeEvent extends infer E ? (E extends ProbeEvent ? Omit<E, 'pid' | 'comm' | 'clockUsec'> : never) : never;
export type Decoder = (body: string) => Said | undefined;

/** The kernel's own events, each in its own words. */
export const kernelDecoders: readonly (readonly [string, Decoder])[] = [
  ['signal_generate', signalGenerated],
  ['mark_victim', victimMarked],
  ['cgroup_attach_task', taskAttached],
  ['cgroup_notify_populated', cgroupEmptied],
  ['sys_connect', socketConnecting],
  ['task_newtask', taskForked],
  ['sched_process_exec', taskExecuted],
];

/** A comm may hold anything, so that what stands behind it is counted from the end. */
function signalGenerated(body: string): Said | undefined {
  const groups = /^sig=(?<signal>\d+) errno=-?\d+ code=(?<code>-?\d+) comm=(?<comm>.*) pid=(?<pid>\d+) grp=\d+ res=\d+$/.exec(
    body,
  )?.groups;
  if (groups === undefined) return undefined;
  const { signal, code, pid, comm = '' } = groups;
  return {
    kind: 'signal-generated',
    signal: Number(signal),
    code: Number(code),
    targetPid: Number(pid),
    targetComm: comm,
  };
}

/** Up to Linux 6.7 the pid is all it says. */
function victimMarked(body: string): Said | undefined {
  const { pid, comm } = /^pid=(?<pid>\d+)(?: comm=(?<comm>.{0,16}) total-vm=\d+kB .*)?$/s.exec(body)?.groups ?? {};
  return pid === undefined ? undefined : present({ kind: 'victim-marked' as const, targetPid: Number(pid), targetComm: comm });
}

function taskAttached(body: string): Said | undefined {
  const pattern = /^dst_root=(?<root>\d+) dst_id=\d+ dst_level=\d+ dst_path=(?<path>\/.*) pid=(?<pid>\d+) comm=(?<comm>.{0,16})$/;
  const groups = pattern.exec(body)?.groups;
  if (groups === undefined) return undefined;
  const { root, path = '', pid, comm = '' } = groups;
  return { kind: 'task-attached', hierarchy: Number(root), path, taskPid: Number(pid), taskComm: comm };
}

function cgroupEmptied(body: string): Said | undefined {
  const groups = /^root=(?<root>\d+) id=\d+ level=\d+ path=(?<path>\/.*) val=0$/.exec(body)?.groups;
  return groups === undefined
    ? undefined
    : { kind: 'cgroup-emptied', hierarchy: Number(groups['root']), path: groups['path'] ?? '' };
}

function socketConnecting(body: string): Said | undefined {
  const pattern = /^\(fd: \w+, uservaddr: (?:0x)?(?<address>[0-9a-f]+), addrlen: (?:0x)?(?<length>[0-9a-f]+)\)$/;
  const { address, length } = pattern.exec(body)?.groups ?? {};
  if (address === undefined || length === undefined) return undefined;
  return { kind: 'socket-connecting', address: Number.parseInt(address, 16), length: Number.parseInt(length, 16) };
}

function taskForked(body: string): Said | undefined {
  const child = /^pid=(?<pid>\d+) comm=/.exec(body)?.groups?.['pid'];
  return child === undefined ? undefined : { kind: 'task-forked', childPid: Number(child) };
}

function taskExecuted(body: string): Said | undefined {
  const file = /^filename=(?<file>.*) pid=\d+ old_pid=\d+$/.exec(body)?.groups?.['file'];
  return file === undefined ? undefined : { kind: 'task-executed', file };
}
