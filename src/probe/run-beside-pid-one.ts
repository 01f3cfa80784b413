import { execFile } from 'node:child_process';
import { existsSync, readlinkSync } from 'node:fs';
import type { WatchedPidOne } from './watched-pid-one.ts';

export interface BesideOptions {
  readonly timeoutMs: number;
  /** Gets the pid of the command as PID 1 sees it, or, from outside, as we see the one that runs it there. */
  readonly onStarted?: (started: { readonly pid: number; readonly isInside: boolean }) => void;
}

/** Runs a command where PID 1 is: beside us, or in the container whose PID 1 it is. Rejects as execFile does. */
export async function runBesidePidOne(
  pidOne: WatchedPidOne,
  command: readonly string[],
  { timeoutMs, onStarted }: BesideOptions,
): Promise<void> {
  const isInside = isBeside(pidOne);
  const [program = '', ...args] = isInside ? command : [...enter(pidOne), ...command];
  await new Promise<void>((resolve, reject) => {
    const options = { timeout: timeoutMs, killSignal: 'SIGKILL' as const };
    const child = execFile(program, args, options, (error) => (error === null ? resolve() : reject(error)));
    if (child.pid !== undefined) onStarted?.({ pid: child.pid, isInside });
  });
}

/** Whether we see processes as PID 1 does, and can talk to it from here. */
function isBeside({ rootPid, procfs }: WatchedPidOne): boolean {
  const namespace = (pid: string, directory: string): string => readlinkSync(`${directory}/${pid}/ns/pid`);
  return namespace('self', '/proc') === namespace(String(rootPid), procfs) && existsSync('/run/systemd/private');
}

function enter({ rootPid, procfs }: WatchedPidOne): readonly string[] {
  const directory = `${procfs}/${rootPid}`;
  const names = [
    ['mount', 'mnt'],
    ['uts', 'uts'],
    ['ipc', 'ipc'],
    ['net', 'net'],
    ['pid', 'pid'],
    ['cgroup', 'cgroup'],
  ] as const;
  const namespaces = names.map(([option, file]) => `--${option}=${directory}/ns/${file}`);
  return ['nsenter', ...namespaces, `--root=${directory}/root`, `--wd=${directory}/root`, '--'];
}
