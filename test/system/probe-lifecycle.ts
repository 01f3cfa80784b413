// What becomes of the tracefs probe, and what it leaves in the kernel, when things go wrong:
//   probe-lifecycle [SUITE]     (default: bookworm)
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkProbe, cleanUpProbe, probeDefaults } from '../../src/probe/probe.ts';
import { type SystemdBuild, systemdBuilds } from '../../src/probe/struct-offsets.ts';
import { definedUprobes, namesOf } from '../../src/probe/tracefs/instance.ts';
import { bootMachine, type Machine, type Suite } from './machine.ts';

const tracefs = process.env['SSE_TRACEFS'] ?? probeDefaults.tracefs;
const directory = mkdtempSync(join(tmpdir(), 'probe-'));
const records = join(directory, 'records');
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const program = `
import { runProbe } from '${new URL('../../src/probe/probe.ts', import.meta.url)}';
import { createLogger } from '${new URL('../../src/logger.ts', import.meta.url)}';
const [path, rootPid, bufferKilobytes] = process.argv.slice(1);
const life = new AbortController();
process.once('SIGTERM', () => life.abort());
await runProbe({
  output: { kind: 'file', path }, tracefs: '${tracefs}', rootPid: Number(rootPid), bufferKilobytes: Number(bufferKilobytes),
  signal: life.signal, log: createLogger({ level: 'warn', format: 'logfmt' }), onStatus: () => process.send('attached'),
});`;

let failures = 0;

function report(what: string, isRight: boolean, detail: unknown = ''): void {
  if (!isRight) failures++;
  console.log(`${isRight ? 'ok  ' : 'FAIL'} ${what} ${detail}`);
}

/** Instances and uprobes of ours. */
function leftovers(): readonly string[] {
  const { instance, group } = namesOf(probeDefaults.instance);
  const instances = [instance, `${instance}-check`].filter((name) => existsSync(`${tracefs}/instances/${name}`));
  return [...instances, ...definedUprobes(readFileSync(`${tracefs}/uprobe_events`, 'utf8'), group)];
}

async function startProbe(rootPid: number, bufferKilobytes = 1024): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', program, records, String(rootPid), String(bufferKilobytes)],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  );
  await Promise.race([once(child, 'message'), once(child, 'exit').then(() => Promise.reject(new Error('The probe has ended')))]);
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number> {
  const startedAt = performance.now();
  child.kill(signal);
  await once(child, 'exit');
  return Math.round(performance.now() - startedAt);
}

async function endings(machine: Machine): Promise<void> {
  const first = await startProbe(machine.hostPid);
  report('a running probe has an instance and uprobes', leftovers().length > 10, leftovers().length);
  const milliseconds = await end(first, 'SIGTERM');
  report('SIGTERM ends it at once and leaves nothing', leftovers().length === 0 && milliseconds < 2000, `${milliseconds} ms`);
  await end(await startProbe(machine.hostPid), 'SIGKILL');
  const left = leftovers().length;
  cleanUpProbe({ tracefs });
  report('SIGKILL leaves all, the clean-up nothing', left > 10 && leftovers().length === 0, `${left} → ${leftovers().length}`);
  await end(await startProbe(machine.hostPid), 'SIGKILL');
  const next = await startProbe(machine.hostPid);
  report('the next probe starts over what a killed one left', true);
  await end(next, 'SIGTERM');
  report('… and leaves nothing', leftovers().length === 0);
}

async function upgrade(machine: Machine): Promise<void> {
  const probe = await startProbe(machine.hostPid);
  const { stdout } = await machine.exec(
    'ls /usr/lib/x86_64-linux-gnu/systemd/libsystemd-core-*.so /usr/lib/systemd/systemd 2>/dev/null',
  );
  const library = stdout.split('\n')[0] ?? '';
  rmSync(records);
  await machine.exec(`cp ${library} ${library}.new && mv ${library}.new ${library} && systemctl daemon-reexec`);
  await delay(3000);
  await machine.operate('systemctl start sleepy.service && systemctl stop sleepy.service');
  await delay(1500);
  await end(probe, 'SIGTERM');
  const text = readFileSync(records, 'utf8');
  report('PID 1 of a replaced file is followed', /new_state=stop-sigterm/.test(text) && /action=stop/.test(text), library);
}

async function overruns(machine: Machine): Promise<void> {
  rmSync(records, { force: true });
  const probe = await startProbe(machine.hostPid, 4);
  probe.kill('SIGSTOP');
  await machine.exec('for i in $(seq 400); do /bin/true; done');
  probe.kill('SIGCONT');
  await delay(2500);
  await end(probe, 'SIGTERM');
  const lost = /^begin \d+ lost .*events=(?<events>\d+)/m.exec(readFileSync(records, 'utf8'))?.groups?.['events'];
  report('events that were lost are counted', Number(lost) > 0, lost);
}

/** The rows of this suite with one place moved; put back afterwards. */
async function withWrong(rootPid: number, key: keyof SystemdBuild['offsets']): Promise<string> {
  const rows = systemdBuilds.map((build) => [build, { ...build.offsets }] as const);
  for (const [build] of rows) Object.assign(build.offsets, { [key]: build.offsets[key] + 16 });
  try {
    const { selfCheck, sees } = await checkProbe({ tracefs, rootPid, log: silent });
    return `${typeof selfCheck === 'string' ? selfCheck : JSON.stringify(selfCheck)} sees ${Object.entries(sees)
      .filter(([, isSeen]) => isSeen)
      .map(([sight]) => sight)
      .join(' ')}`;
  } finally {
    for (const [build, offsets] of rows) Object.assign(build.offsets, offsets);
  }
}

async function wrongTables({ hostPid }: Machine): Promise<void> {
  const right = await checkProbe({ tracefs, rootPid: hostPid, log: silent });
  report('a right table is trusted', typeof right.selfCheck === 'object' && Object.values(right.selfCheck).every(Boolean));
  const names = await withWrong(hostPid, 'unitId');
  report(
    'without the names of units nothing of PID 1 is believed',
    names.includes('"names":false') && !names.includes('requests'),
    names,
  );
  const states = await withWrong(hostPid, 'serviceState');
  report('wrong states are not believed', states.includes('"states":false') && states.includes('call-paths'), states);
  const callers = await withWrong(hostPid, 'peerPid');
  report('wrong callers are not believed', callers.includes('"callers":false') && !callers.includes('callers '), callers);
  report('looking leaves nothing', leftovers().length === 0);
}

const machine = await bootMachine({ suite: (process.argv[2] ?? 'bookworm') as Suite });
try {
  await machine.operate('true');
  await endings(machine);
  await wrongTables(machine);
  await overruns(machine);
  await upgrade(machine);
  report('nothing is left', leftovers().length === 0);
} finally {
  await machine.stop();
  cleanUpProbe({ tracefs });
  rmSync(directory, { recursive: true });
}
process.exitCode = failures === 0 ? 0 : 1;
