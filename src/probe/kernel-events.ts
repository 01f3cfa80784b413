import { privateSocketLengths } from './private-socket.ts';
import { programFilter } from './program-filter.ts';

/** A tracepoint of the kernel's and which of its events we want. */
export interface KernelRow {
  readonly system: string;
  readonly event: string;
  readonly filter: string;
  /** What cannot be told without it. */
  readonly shows: 'signals' | 'oom-kills' | 'cgroups' | 'commands' | 'processes' | 'connections';
  /** In whose context it happens, has to be read at once. */
  readonly hasActor?: true;
}

/** Signals that end a process which does not handle them, without those that programs send each other all day. */
const fatalSignals = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 24, 25, 31] as const;

/** SIGCHLD comes with each end of a process: it is sorted out before it is compared with all of the others. */
const childEnded = 17;

/** TRACE_SIGNAL_IGNORED: nobody will ever notice. */
const ignored = 1;

const cloneThread = 0x10000;

/** Programs that make others stop; their ancestry is read as they begin, for many end before it can be read later. */
const stoppingPrograms = [
  ...['systemctl', 'service', 'invoke-rc.d', 'busctl', 'dbus-send', 'gdbus', 'loginctl', 'machinectl', 'systemd-run'],
  ...['kill', 'pkill', 'killall', 'killall5', 'skill', 'fuser', 'start-stop-daemon', 'timeout', 'cgexec', 'cgclassify'],
  ...['poweroff', 'reboot', 'halt', 'shutdown', 'telinit', 'init', 'runlevel'],
] as const;

/**
 * A line feed in a name would begin a line of the trace, and could forge an event: who has one in the path of his
 * cgroup or program is not seen.
 */
function isOneLine(field: string): string {
  return `!(${field} ~ "*\n*")`;
}

/**
 * Who may be talking to PID 1, where nothing inside PID 1 tells. It makes every system call of the host a little slower, so
 * it is on only then.
 */
export const connectionRow: KernelRow = {
  system: 'syscalls',
  event: 'sys_enter_connect',
  filter: privateSocketLengths.map((length) => `addrlen==${length}`).join(' || '),
  shows: 'connections',
};

const births: KernelRow = {
  system: 'task',
  event: 'task_newtask',
  filter: `!(clone_flags & ${cloneThread})`,
  shows: 'processes',
};

/** `rootPid`: PID 1 as the initial namespace knows it. */
export function kernelRows(rootPid: number): readonly KernelRow[] {
  const signals = fatalSignals.map((signal) => `sig==${signal}`).join(' || ');
  return [
    {
      system: 'signal',
      event: 'signal_generate',
      filter: `sig!=${childEnded} && result!=${ignored} && (${signals})`,
      shows: 'signals',
      hasActor: true,
    },
    { system: 'oom', event: 'mark_victim', filter: '', shows: 'oom-kills' },
    { system: 'cgroup', event: 'cgroup_attach_task', filter: isOneLine('dst_path'), shows: 'cgroups', hasActor: true },
    {
      system: 'cgroup',
      event: 'cgroup_notify_populated',
      filter: `val==0 && path ~ "*.service" && ${isOneLine('path')}`,
      shows: 'cgroups',
      hasActor: true,
    },
    {
      system: 'sched',
      event: 'sched_process_exec',
      filter: `(common_pid==${rootPid} || (${programFilter(stoppingPrograms)})) && ${isOneLine('filename')}`,
      shows: 'commands',
      hasActor: true,
    },
    { ...births, filter: `common_pid==${rootPid} && ${births.filter}` },
  ];
}

/** Those of them that have an actor. */
export function actorRows(rootPid: number): readonly KernelRow[] {
  return kernelRows(rootPid).filter(({ hasActor }) => hasActor);
}

/** Of all processes; PID 1's own children have to be known at once, and are among the others. */
export function lifeRows(rootPid: number): readonly KernelRow[] {
  return [
    { ...births, filter: `common_pid!=${rootPid} && ${births.filter}` },
    { system: 'task', event: 'task_rename', filter: '', shows: 'processes' },
    { system: 'sched', event: 'sched_process_exit', filter: '', shows: 'processes' },
  ];
}
