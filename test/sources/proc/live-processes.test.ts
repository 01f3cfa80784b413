import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createProcessReader } from '../../../src/sources/proc/process-reader.ts';

/** Real processes of this host, started here and gone at the end. */
describe('a process reader on the real /proc', () => {
  const children: ChildProcess[] = [];
  let directory = '';
  let nowMs = 0;
  const reader = createProcessReader({ nowMs: () => nowMs });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'live-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'close');
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await ended;
    }
    rmSync(directory, { recursive: true });
  });

  /** Starts a shell in a group of its own and waits for its first line. */
  async function start(script: string, options: { readonly args?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {}) {
    const child = spawn('sh', ['-c', script, ...(options.args ?? [])], {
      env: { PATH: process.env['PATH'], ...options.env },
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    children.push(child);
    child.stdout.setEncoding('utf8');
    const [line] = (await once(child.stdout, 'data')) as [string];
    return { child, shellPid: child.pid ?? 0, pid: Number(line) };
  }

  const nameOf = (pid: number): string => readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd();

  test('sees who started whom, up to the first process', async () => {
    const startedAtMs = Date.now();
    const { pid, shellPid } = await start('sleep 60 & echo $!; wait');
    await expect.poll(() => nameOf(pid)).toBe('sleep');
    const { process: sleeper, ancestry } = reader.inspect(pid) ?? { ancestry: [] };
    expect(sleeper).toMatchObject({ pid, name: 'sleep', command: 'sleep 60', uid: process.geteuid?.() });
    expect(Math.abs((sleeper?.startedAtUsec ?? 0) / 1000 - startedAtMs)).toBeLessThan(3000);
    expect(ancestry.slice(-3).map((one) => one.pid)).toEqual([process.pid, shellPid, pid]);
    expect(ancestry[0]?.pid).toBe(1);
    expect(ancestry.at(-1)).toBe(sleeper);
  });

  test.each(['a) b', 'a) Z 1 1 (', 'x\n(y) S 1', 'ü) 1', '((('])('gives a program named %j its name', async (name) => {
    const program = join(directory, name);
    copyFileSync('/bin/sleep', program);
    chmodSync(program, 0o755);
    const { pid, shellPid } = await start('"$0" 60 & echo $!; wait', { args: [program] });
    await expect.poll(() => nameOf(pid)).toBe(name);
    const inspected = reader.inspect(pid);
    expect(inspected?.process.name).toBe(name);
    expect(inspected?.ancestry.at(-2)?.pid).toBe(shellPid);
  });

  test('keeps the trace context of an environment and nothing else of it, and no secret of a command line', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const env = { TRACEPARENT: traceparent, API_TOKEN: 'hunter2' };
    const { shellPid } = await start('echo $$; read line', { env, args: ['x', '--password', 'hunter2'] });
    const inspected = reader.inspect(shellPid);
    expect(inspected?.process.traceparent).toBe(traceparent);
    expect(inspected?.process.command).toContain('--password ***');
    expect(JSON.stringify(inspected)).not.toContain('hunter2');
  });

  test('notices at once that a process runs another program', async () => {
    const { child, shellPid } = await start('echo $$; read line; exec sleep 61');
    expect(reader.inspect(shellPid)?.process.name).toBe('sh');
    child.stdin?.write('\n');
    await expect.poll(() => nameOf(shellPid)).toBe('sleep');
    expect(reader.inspect(shellPid)?.process).toMatchObject({ name: 'sleep', command: 'sleep 61' });
  });

  test('recalls a process that is gone', async () => {
    const { child, shellPid } = await start('echo $$; read line');
    const remembered = reader.remember(shellPid);
    child.stdin?.end('\n');
    await once(child, 'close');
    expect(reader.inspect(shellPid)).toBeUndefined();
    expect(reader.recall(shellPid)).toEqual(remembered);
    expect(remembered?.process.name).toBe('sh');
  });

  test('still knows a process that is a zombie', async () => {
    const { pid } = await start('sleep 62 & echo $!; exec sleep 63');
    await expect.poll(() => nameOf(pid)).toBe('sleep');
    const alive = reader.inspect(pid)?.process;
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ');
    nowMs += 10_000;
    expect(reader.inspect(pid)?.process).toEqual(alive);
    expect(alive?.command).toBe('sleep 62');
  });

  test('names the process of a thread', () => {
    const thread =
      readdirSync('/proc/self/task')
        .map(Number)
        .find((id) => id !== process.pid) ?? 0;
    expect(thread).not.toBe(0);
    expect(reader.inspect(thread)?.process.pid).toBe(process.pid);
  });

  test('sees every process there is and throws for none', () => {
    const pids = readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0);
    const inspected = pids.flatMap((pid) => reader.inspect(pid) ?? []);
    expect(inspected.length).toBeGreaterThan(0);
    for (const { process: one, ancestry } of inspected) expect(ancestry.at(-1)).toBe(one);
  });
});
