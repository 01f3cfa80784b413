import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IncidentDocument } from '../../src/model/incident-document.ts';
import type { StopScenario } from '../system/scenarios/scenario.ts';
import type { Performance } from '../system/score/perform.ts';
import { bootDisk, makeDisk, vmCache } from './disk.ts';
import { actorsOfEnding, clock, performEnding, performInVm } from './perform-in-vm.ts';
import { entriesDuring, messagesDuring, recordsDuring } from './recording.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** What was printed during each scenario, by the probe with debug information or by the one without. */
export type Probe = 'service_stop' | 'service_stop_exported';
export const capturesOf = (probe: Probe): string => `${vmCache}/captures-${probe}`;

export interface VmRun {
  readonly performances: readonly Performance[];
  /** What could not be carried out, and why. */
  readonly failures: readonly string[];
  /** What the exporter in the machine has told, over all its boots. */
  readonly incidents: readonly IncidentDocument[];
}

/** What the last run told so far. */
const keptRun = (probe: Probe): string => `${vmCache}/run-${probe}.json`;

/** Builds what is missing, carries out all scenarios, and keeps what was printed during each of them. */
export async function runInVm(
  probe: Probe,
  scenarios: readonly StopScenario[],
  endings: readonly StopScenario[] = [],
): Promise<VmRun> {
  // A verdict that was wrong is mended and judged again in seconds.
  if (process.env['SSE_VM_KEPT'] === 'yes') return JSON.parse(await readFile(keptRun(probe), 'utf8'));
  await rm(capturesOf(probe), { recursive: true, force: true });
  await makeDisk(`${probe}.ko`);
  const machine = await boot();
  try {
    const stops = await carryOut(machine, scenarios);
    const run = await keep(machine, probe, stops, stops.performances);
    return endings.length === 0 ? run : await runEndings(machine, probe, run, endings);
  } finally {
    await machine.stop();
  }
}

async function carryOut(machine: VirtualMachine, scenarios: readonly StopScenario[]): Promise<Omit<VmRun, 'incidents'>> {
  const performances: Performance[] = [];
  const failures: string[] = [];
  for (const scenario of scenarios) {
    const performed = aloud(scenario, () => performInVm(machine, scenario));
    await performed.then(
      (performance) => performances.push(performance),
      (error) => failures.push(`${scenario.name}: ${error}`),
    );
  }
  return { performances, failures };
}

/** An ending that fails costs the endings, not what was seen before. */
async function runEndings(first: VirtualMachine, probe: Probe, run: VmRun, endings: readonly StopScenario[]): Promise<VmRun> {
  let machine = first;
  const performances = [...run.performances];
  try {
    for (const scenario of endings) {
      const performed = await aloud(scenario, () => performEnding(machine, scenario));
      if (scenario.act.includes('reboot')) await machine.rebooted();
      else {
        await machine.ended;
        machine = await boot();
      }
      await settle(machine);
      performances.push({ ...performed, toUsec: await clock(machine), actors: await actorsOfEnding(machine) });
    }
    return await keep(machine, probe, { ...run, performances }, performances.slice(-endings.length));
  } catch (error) {
    return { ...run, failures: [...run.failures, `endings: ${error}`] };
  } finally {
    await machine.stop();
  }
}

async function boot(): Promise<VirtualMachine> {
  const machine = await bootDisk();
  await settle(machine);
  return machine;
}

/** Until the probe prints and the exporter watches with all its sources. */
async function settle(machine: VirtualMachine): Promise<void> {
  await machine.exec('systemctl is-system-running --wait || true');
  const follows = (source: string) => `grep -q '^systemd_stop_exporter_source_up{source="${source}"} 1' <<<"$metrics"`;
  const follow = ['dbus', 'journal', 'stap'].map(follows).join(' && ');
  await machine.exec(
    `for i in {1..600}; do metrics=$(/opt/stop-bed/get 19558 /metrics) && ${follow} && exit; sleep 0.5; done; exit 1`,
  );
}

async function aloud<T>({ name }: StopScenario, act: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const done = await act();
  process.stderr.write(`vm ${name} ${Math.round(performance.now() - startedAt)} ms\n`);
  return done;
}

async function keep(
  machine: VirtualMachine,
  probe: Probe,
  run: Omit<VmRun, 'incidents'>,
  recorded: readonly Performance[],
): Promise<VmRun> {
  const all = { ...run, incidents: await incidentsOf(machine) };
  await writeFile(keptRun(probe), JSON.stringify(all));
  await keepRecordings(machine, capturesOf(probe), recorded);
  return all;
}

async function keepRecordings(machine: VirtualMachine, captures: string, performances: readonly Performance[]): Promise<void> {
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
