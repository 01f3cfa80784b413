import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { checkProbe, cleanUpProbe, probeDefaults } from '../../src/probe/probe.ts';
import type { ProbeStatus } from '../../src/probe/probe-status.ts';
import { type SystemdBuild, systemdBuilds } from '../../src/probe/struct-offsets.ts';
import { definedUprobes, namesOf } from '../../src/probe/tracefs/instance.ts';
import { mountTracefs } from './host-tracefs.ts';
import { bootMachine, type Machine } from './machine.ts';

/** What becomes of the tracefs probe, and what it leaves in the kernel, when things go wrong. */
const instance = `lifecycle-${process.pid}`;
const main = new URL('../../src/main.ts', import.meta.url).pathname;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const directory = mkdtempSync(join(tmpdir(), 'probe-lifecycle-'));
const records = join(directory, 'records');
let machine: Machine;
let running: ChildProcess | undefined;

beforeAll(async () => {
  mountTracefs();
  machine = await bootMachine({ suite: 'bookworm' });
});

afterEach(async () => {
  if (running?.exitCode === null && running.signalCode === null) await end(running, 'SIGKILL');
  cleanUpProbe({ instance });
  rmSync(records, { force: true });
});

afterAll(async () => {
  await machine?.stop();
  rmSync(directory, { recursive: true });
});

/** Instances and uprobes of ours. */
function leftovers(): readonly string[] {
  const { group } = namesOf(instance);
  const instances = [instance, `${instance}-check`].filter((name) => existsSync(`${probeDefaults.tracefs}/instances/${name}`));
  const groups = [group, namesOf(`${instance}-check`).group];
  const defined = readFileSync(`${probeDefaults.tracefs}/uprobe_events`, 'utf8');
  return [...instances, ...groups.flatMap((name) => definedUprobes(defined, name))];
}

async function startProbe(...flags: readonly string[]): Promise<ChildProcess> {
  const fixed = ['probe', '--output', records, '--instance', instance, '--pid', String(machine.hostPid)];
  const child = spawn(process.execPath, [main, ...fixed, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
  running = child;
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes('msg=Attached')) resolve();
    });
    child.once('exit', () => reject(new Error(`The probe has ended: ${said}`)));
  });
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

const recorded = (): string => (existsSync(records) ? readFileSync(records, 'utf8') : '');

describe('the kernel', () => {
  test('has nothing left of a probe that ended by SIGTERM', async () => {
    const probe = await startProbe();
    expect(leftovers().length).toBeGreaterThan(10);
    await end(probe, 'SIGTERM');
    expect(leftovers()).toEqual([]);
  });

  test('has nothing left of a probe that was killed, once it was cleaned up', async () => {
    await end(await startProbe(), 'SIGKILL');
    expect(leftovers().length).toBeGreaterThan(10);
    cleanUpProbe({ instance });
    expect(leftovers()).toEqual([]);
  });

  test('lets a probe start over what a killed one left', async () => {
    await end(await startProbe(), 'SIGKILL');
    await end(await startProbe(), 'SIGTERM');
    expect(leftovers()).toEqual([]);
  });

  test('has nothing left of a check', async () => {
    await checkProbe({ instance, rootPid: machine.hostPid, log: silent });
    expect(leftovers()).toEqual([]);
  });
});

describe('the self-check', () => {
  const look = (): Promise<ProbeStatus> => checkProbe({ instance, rootPid: machine.hostPid, log: silent });

  /** With one place of the table of structures moved; put back afterwards. */
  async function lookWithWrong(key: keyof SystemdBuild['offsets']): Promise<ProbeStatus> {
    const rows = systemdBuilds.map((build) => [build, { ...build.offsets }] as const);
    for (const [build] of rows) Object.assign(build.offsets, { [key]: build.offsets[key] + 16 });
    try {
      return await look();
    } finally {
      for (const [build, offsets] of rows) Object.assign(build.offsets, offsets);
    }
  }

  test('trusts a table that is right', async () => {
    expect((await look()).selfCheck).toEqual({ names: true, states: true, callers: true, calls: true });
  });

  test('believes nothing of PID 1 where units are not called by their names', async () => {
    const { selfCheck, sees } = await lookWithWrong('unitId');
    expect(selfCheck).toMatchObject({ names: false });
    expect(sees).toMatchObject({ transitions: false, requests: false, callers: false, signals: true, connections: true });
  });

  test('does not believe wrong states, but the rest', async () => {
    const { selfCheck, sees } = await lookWithWrong('serviceState');
    expect(selfCheck).toMatchObject({ names: true, states: false, callers: true });
    expect(sees).toMatchObject({ transitions: true, 'call-paths': true, requests: true });
  });

  test('does not believe wrong callers, and watches who connects instead', async () => {
    const { selfCheck, sees } = await lookWithWrong('peerPid');
    expect(selfCheck).toMatchObject({ names: true, states: true, callers: false });
    expect(sees).toMatchObject({ requests: true, callers: false, connections: true });
  });
});

describe('the records', () => {
  test('say how many events were lost', async () => {
    const probe = await startProbe('--buffer-size=4KB');
    probe.kill('SIGSTOP');
    await machine.exec('for i in $(seq 400); do /bin/true; done');
    probe.kill('SIGCONT');
    await vi.waitFor(() => expect(recorded()).toMatch(/^begin \d+ lost .*events=[1-9]/m), 20_000);
  });

  test('go on where PID 1 becomes another file', async () => {
    await startProbe();
    const { stdout } = await machine.exec('ls /usr/lib/x86_64-linux-gnu/systemd/libsystemd-core-*.so');
    const library = stdout.trim();
    await machine.exec(`cp ${library} ${library}.new && mv ${library}.new ${library} && systemctl daemon-reexec`);
    // The first stops may come before the probe is attached again.
    await vi.waitFor(
      async () => {
        await machine.operate('systemctl start sleepy.service && systemctl stop sleepy.service');
        expect(recorded()).toMatch(/new_state=stop-sigterm/);
        expect(recorded()).toMatch(/action=stop/);
      },
      { timeout: 60_000, interval: 1_000 },
    );
  });
});
