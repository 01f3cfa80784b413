import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { IncidentDocument } from '../../src/model/incident-document.ts';
import type { StopScenario } from '../system/scenarios/scenario.ts';
import type { Performance } from '../system/score/perform.ts';
import { actorsOfEnding, clock, performEnding, performInVm } from './perform-in-vm.ts';
import { entriesDuring, messagesDuring, recordsDuring } from './recording.ts';
import { bootVirtualMachine, type VirtualMachine } from './virtual-machine.ts';

const run = promisify(execFile);
export const vmCache = `${process.env['SSE_CACHE'] ?? '/var/cache/systemd-stop-exporter'}/vm`;
const build = `${vmCache}/build`;
export const captures = `${vmCache}/captures`;
/** In the build root, whose qemu sees nothing else. */
const directory = '/run-vm';

export interface VmRun {
  readonly performances: readonly Performance[];
  /** What the exporter in the machine has told, over all its boots. */
  readonly incidents: readonly IncidentDocument[];
}

/** Builds what is missing, carries out all scenarios, and keeps what was printed during each of them in `captures`. */
export async function runInVm(scenarios: readonly StopScenario[], endings: readonly StopScenario[]): Promise<VmRun> {
  await run(new URL('build', import.meta.url).pathname, { maxBuffer: 2 ** 26 });
  await rm(captures, { recursive: true, force: true });
  await makeDisk();
  let machine = await boot();
  try {
    const performances: Performance[] = [];
    for (const scenario of scenarios) performances.push(await aloud(scenario, () => performInVm(machine, scenario)));
    await keepRecordings(machine, performances);
    for (const scenario of endings) {
      const performed = await aloud(scenario, () => performEnding(machine, scenario));
      const isReboot = scenario.act.includes('reboot');
      if (isReboot) await machine.rebooted();
      else {
        await machine.ended;
        machine = await boot();
      }
      await settle(machine);
      performances.push({ ...performed, toUsec: await clock(machine), actors: await actorsOfEnding(machine) });
    }
    await keepRecordings(machine, performances.slice(-endings.length));
    return { performances, incidents: await incidentsOf(machine) };
  } finally {
    await machine.stop();
  }
}

async function makeDisk(): Promise<void> {
  await mkdir(build + directory, { recursive: true });
  const line = [join(vmCache, 'service_stop.ko'), `${build}${directory}/base.raw`];
  await run(new URL('make-disk', import.meta.url).pathname, line);
  const overlay = ['create', '-q', '-f', 'qcow2', '-b', `${directory}/base.raw`, '-F', 'raw', `${directory}/disk.qcow2`];
  await run('chroot', [build, 'qemu-img', ...overlay]);
}

async function boot(): Promise<VirtualMachine> {
  const machine = await bootVirtualMachine({ disk: `${directory}/disk.qcow2`, directory, build });
  await settle(machine);
  return machine;
}

/** Until the probe prints and the exporter watches. */
async function settle(machine: VirtualMachine): Promise<void> {
  await machine.exec('systemctl is-system-running --wait || true');
  await machine.exec(
    `for i in {1..600}; do /opt/stop-bed/get 19558 /-/ready | grep -q '200 OK' && exit; sleep 0.5; done; exit 1`,
  );
}

async function aloud<T>({ name }: StopScenario, act: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const done = await act();
  process.stderr.write(`vm ${name} ${Math.round(performance.now() - startedAt)} ms\n`);
  return done;
}

async function keepRecordings(machine: VirtualMachine, performances: readonly Performance[]): Promise<void> {
  const stap = await machine.exec('cat /var/log/systemd-stop-exporter-stap/records.log');
  const journal = await machine.exec('journalctl --output=json --no-pager');
  const monitor = await machine.exec('cat /var/lib/bed-monitor.jsonl');
  for (const { scenario, fromUsec, toUsec, actors } of performances) {
    const capture = join(captures, scenario.name);
    await mkdir(capture, { recursive: true });
    await writeFile(join(capture, 'stap.log'), recordsDuring(stap, fromUsec, toUsec));
    await writeFile(join(capture, 'journal.jsonl'), entriesDuring(journal, fromUsec, toUsec));
    await writeFile(join(capture, 'busctl-monitor.jsonl'), messagesDuring(monitor, fromUsec, toUsec));
    await writeFile(join(capture, 'truth.json'), JSON.stringify({ ...scenario, fromUsec, toUsec, actors }, undefined, 2));
  }
}

async function incidentsOf(machine: VirtualMachine): Promise<readonly IncidentDocument[]> {
  const answer = await machine.exec("/opt/stop-bed/get 19558 '/incidents/all.json?limit=500'");
  // Our own answer, and its schema is tested elsewhere.
  return (JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as { incidents: IncidentDocument[] }).incidents;
}
