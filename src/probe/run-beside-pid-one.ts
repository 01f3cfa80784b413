import { execFile } from 'node:child_process';

export interface BesideOptions {
  readonly timeoutMs: number;
  /** Gets the pid of the command, or of the one that runs it in a container. */
  readonly onStarted?: (pid: number) => void;
}

/** Runs a command where PID 1 is: beside us, or in the container whose PID 1 it is. Rejects as execFile does. */
export async function runBesidePidOne(
  rootPid: number,
  command: readonly string[],
  { timeoutMs, onStarted }: BesideOptions,
): Promise<void> {
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--root', '--wd'];
  const enter = rootPid === 1 ? [] : ['nsenter', '--target', String(rootPid), ...namespaces, '--'];
  const [program = '', ...args] = [...enter, ...command];
  await new Promise<void>((resolve, reject) => {
    const options = { timeout: timeoutMs, killSignal: 'SIGKILL' as const };
    const child = execFile(program, args, options, (error) => (error === null ? resolve() : reject(error)));
    if (child.pid !== undefined) onStarted?.(child.pid);
  });
}
