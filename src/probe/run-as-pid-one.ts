import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a command where PID 1 is: beside us, or in the container whose PID 1 it is. Rejects as execFile does. */
export async function runBesidePidOne(rootPid: number, command: readonly string[], timeoutMs: number): Promise<void> {
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--root', '--wd'];
  const enter = rootPid === 1 ? [] : ['nsenter', '--target', String(rootPid), ...namespaces, '--'];
  const [program = '', ...args] = [...enter, ...command];
  await run(program, args, { timeout: timeoutMs, killSignal: 'SIGKILL' });
}
