import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Usage, usageOf } from './process-usage.ts';

export interface StartOptions {
  /** Where it will answer. */
  readonly port: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A server that has answered its first request for `/metrics`. */
export interface StartedProcess {
  readonly pid: number;
  readonly port: number;
  /** From `spawn` to the end of the first answer. */
  readonly firstAnswerMs: number;
  usage(): Usage;
  stop(): Promise<void>;
}

const patienceMs = 60_000;

export async function startProcess(words: readonly [string, ...string[]], options: StartOptions): Promise<StartedProcess> {
  const [command, ...parameters] = words;
  const startedAt = performance.now();
  const child = spawn(command, parameters, { stdio: 'ignore', env: { PATH: process.env['PATH'], ...options.environment } });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'exit').finally(() => process.off('exit', kill));
  await untilAnswers(options.port, child);
  const firstAnswerMs = performance.now() - startedAt;
  const pid = child.pid ?? 0;
  return {
    pid,
    port: options.port,
    firstAnswerMs,
    usage: () => usageOf(pid),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Asks again every few milliseconds: a refused connection costs next to nothing. */
async function untilAnswers(port: number, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while ((await statusOf(port)) !== 200) {
    if (child.exitCode !== null) throw new Error(`"${child.spawnargs.join(' ')}" ended with ${child.exitCode}`);
    if (performance.now() > deadline) throw new Error(`"${child.spawnargs.join(' ')}" does not answer`);
    await delay(2);
  }
}

function statusOf(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/metrics', agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    });
    request.once('error', () => resolve(undefined));
  });
}
