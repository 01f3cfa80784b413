import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A Debian release by the name its root file system has; systemd 247, 252, 257 and (November 2026) 262. */
export const suites = ['bullseye', 'bookworm', 'trixie', 'testing'] as const;
export type Suite = (typeof suites)[number];

/**
 * Who runs a scenario's commands: a service of the bed (ancestry systemd > operator > operator > bash), or a login by ssh
 * (systemd > sshd > sshd > bash in session-N.scope).
 */
export type Operator = 'operator' | 'saboteur' | 'session';

export interface MachineOptions {
  readonly suite: Suite;
  /** Bound read-only at /opt/exporter. */
  readonly checkout?: string;
  /** Bound read-only at /usr/local/bin/node; the running one unless told, none where it is empty. */
  readonly node?: string;
  /** More directories or files of the host, "from:to" or "from:to:ro": what must outlive the machine. */
  readonly binds?: readonly string[];
  /** Has the root file systems, in rootfs/; SSE_CACHE unless told. */
  readonly cache?: string;
}

export interface ExecOptions {
  /** Rejects after it; 60 seconds unless told. */
  readonly timeoutMs?: number;
  /** Resolves with a status other than 0 too, instead of rejecting. */
  readonly allowFailure?: boolean;
  readonly user?: string;
}

export interface OperateOptions extends ExecOptions {
  /** "operator" unless told. */
  readonly operator?: Operator;
}

export interface ExecResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface MachineProcess {
  readonly stdout: Readable;
  /** Ends it with SIGTERM and waits for its end. */
  stop(): Promise<void>;
}

export interface Machine {
  readonly suite: Suite;
  /** PID 1 of the machine, as the host sees it. */
  readonly hostPid: number;
  /** Its root, seen from the host; gone with PID 1. */
  readonly rootDirectory: string;
  readonly bootMs: number;
  /** "running" or "degraded". */
  readonly state: string;
  /** Runs a shell command inside, by nsenter: it belongs to no unit and its parent is pid 0. For the bed's own needs. */
  exec(command: string, options?: ExecOptions): Promise<ExecResult>;
  /** Runs a shell command as a child of an operator. For what a scenario does. */
  operate(command: string, options?: OperateOptions): Promise<ExecResult>;
  /** Starts a command that runs until stopped, by nsenter. */
  spawn(command: string): MachineProcess;
  /** Resolves when PID 1 has ended: stop(), or a shutdown from inside. */
  readonly ended: Promise<void>;
  /** Ends PID 1 and all it started; nothing stays on the host. */
  stop(): Promise<void>;
}

/** Where the suite's files are on the host; nobody writes to them. */
export function rootFileSystem(suite: Suite): string {
  return `${process.env['SSE_CACHE'] ?? '/var/cache/systemd-stop-exporter'}/rootfs/${suite}`;
}

const bootScript = fileURLToPath(new URL('boot', import.meta.url));
const environment = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'HOME=/root',
  'LANG=C.UTF-8',
  'TERM=dumb',
];

/** Boots a machine and waits until systemd has finished; builds the suite's root file system first where it is missing. */
export async function bootMachine(options: MachineOptions): Promise<Machine> {
  const startedAt = performance.now();
  const supervisor = spawn(bootScript, bootArguments(options), {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    env: { ...process.env, ...(options.cache === undefined ? {} : { SSE_CACHE: options.cache }) },
  });
  const life = new AbortController();
  const ended = once(supervisor, 'exit').then(() => life.abort(new Error(`Machine ${options.suite} has ended`)));
  const hostPid = await readHostPid(supervisor);
  const machine: Omit<Machine, 'bootMs' | 'state'> = {
    suite: options.suite,
    hostPid,
    rootDirectory: `/proc/${hostPid}/root`,
    exec: (command, execOptions = {}) => execInside(hostPid, command, execOptions),
    operate: (command, operateOptions = {}) =>
      operateOptions.operator === 'session'
        ? operateInSession(hostPid, command, operateOptions)
        : operateInService({ root: `/proc/${hostPid}/root`, signal: life.signal }, command, operateOptions),
    spawn: (command) => spawnInside(hostPid, command),
    ended,
    stop: async () => {
      supervisor.stdin.end();
      await ended;
    },
  };
  try {
    const state = await waitUntilBooted(machine);
    return { ...machine, state, bootMs: Math.round(performance.now() - startedAt) };
  } catch (error) {
    await machine.stop();
    throw error;
  }
}

function bootArguments(options: MachineOptions): string[] {
  const checkout = options.checkout === undefined ? [] : ['--checkout', options.checkout];
  const binds = (options.binds ?? []).flatMap((bind) => ['--bind', bind]);
  const { node = process.execPath } = options;
  return [options.suite, ...(node === '' ? [] : ['--node', node]), ...checkout, ...binds];
}

async function readHostPid(supervisor: ChildProcessByStdio<Writable, Readable, null>): Promise<number> {
  for await (const line of createInterface(supervisor.stdout)) {
    const pid = /^pid (\d+)$/.exec(line)?.[1];
    if (pid !== undefined) return Number(pid);
  }
  throw new Error('Cannot boot the machine: "boot" ended before PID 1 was systemd');
}

async function waitUntilBooted(machine: Pick<Machine, 'exec' | 'suite'>): Promise<string> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    // Until PID 1 listens, systemctl cannot connect and says so.
    const { stdout, stderr } = await machine.exec('systemctl is-system-running --wait', { allowFailure: true });
    const state = stdout.trim();
    if (state === 'running' || state === 'degraded') return state;
    if (performance.now() > deadline)
      throw new Error(`Machine ${machine.suite} is not booted after 60 s: "${state || stderr.trim()}"`);
    await delay(50);
  }
}

/**
 * The words to run a shell script inside. With "--no-fork" its shell stays in the host's pid namespace and only what it
 * starts is inside: nsenter's own parent process would stop itself with its child when a shutdown stops all processes,
 * never reap it, and PID 1 could never end.
 */
function enterArguments(hostPid: number, script: string, words: readonly string[]): string[] {
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--root', '--wd'];
  return [
    '--target',
    String(hostPid),
    ...namespaces,
    '--no-fork',
    '--',
    'env',
    '-i',
    ...environment,
    'bash',
    '-c',
    script,
    ...words,
  ];
}

async function execInside(hostPid: number, command: string, options: ExecOptions): Promise<ExecResult> {
  const limit = String((options.timeoutMs ?? 60_000) / 1000);
  const asUser = options.user === undefined ? [] : ['runuser', '-u', options.user, '--'];
  // "exit" keeps the shell from becoming its last command.
  const words = enterArguments(hostPid, 'timeout --signal=KILL "$0" "$@"; exit $?', [limit, ...asUser, 'bash', '-c', command]);
  const child = spawn('nsenter', words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return checked(command, { status: Number(status ?? 137), stdout, stderr }, options);
}

function checked(command: string, result: ExecResult, options: ExecOptions): ExecResult {
  if (result.status === 0 || options.allowFailure === true) return result;
  throw new Error(`"${command}" ended with ${result.status}: ${result.stderr.trim() || result.stdout.trim()}`);
}

let operations = 0;

interface LivingRoot {
  readonly root: string;
  /** Aborts when the machine ends. */
  readonly signal: AbortSignal;
}

async function operateInService({ root, signal }: LivingRoot, command: string, options: OperateOptions): Promise<ExecResult> {
  const directory = `${root}/run/stop-bed/${options.operator ?? 'operator'}`;
  // Kept: another machine's operation may take the next number while this one waits.
  const number = ++operations;
  const files = `${directory}/${number}`;
  const become = options.user === undefined ? '' : `exec setpriv --reuid=${options.user} --regid=${options.user} --init-groups `;
  await waitForFile(`${directory}/commands`, 10_000, signal);
  await writeFile(`${files}.sh`, become === '' ? command : `${become}bash -c ${quote(command)}`);
  await writeFile(`${directory}/commands`, `${number}\n`);
  await waitForFile(`${files}.status`, options.timeoutMs ?? 60_000, signal);
  const [status, stdout, stderr] = await Promise.all(
    ['status', 'stdout', 'stderr'].map((name) => readFile(`${files}.${name}`, 'utf8')),
  );
  await Promise.all(['sh', 'status', 'stdout', 'stderr'].map((name) => rm(`${files}.${name}`)));
  return checked(command, { status: Number(status), stdout: stdout ?? '', stderr: stderr ?? '' }, options);
}

/** The user's manager is kept by "linger": otherwise user@0.service would start and stop with every login. */
async function operateInSession(hostPid: number, command: string, options: OperateOptions): Promise<ExecResult> {
  const { user = 'root', ...execOptions } = options;
  await execInside(hostPid, `systemctl start ssh.service; loginctl enable-linger ${user}`, {});
  return execInside(hostPid, `ssh -T ${user}@localhost ${quote(command)}`, execOptions);
}

async function waitForFile(path: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await exists(path))) {
    signal.throwIfAborted();
    if (performance.now() > deadline) throw new Error(`"${path}" did not appear within ${timeoutMs} ms`);
    await delay(5);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function spawnInside(hostPid: number, command: string): MachineProcess {
  const script = 'trap "kill -TERM \\$child" TERM; bash -c "exec $0" & child=$!; wait $child; wait $child';
  const child = spawn('nsenter', enterArguments(hostPid, script, [command]), { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'close');
  return {
    stdout: child.stdout,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
