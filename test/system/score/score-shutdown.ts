import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installBusPolicy } from '../live-exporter.ts';
import { type LiveProbe, startProbe } from '../live-probe.ts';
import { bootMachine, type Machine, type Suite } from '../machine.ts';
import { byOperator, type StopScenario, start } from '../scenarios/scenario.ts';
import { type Judgement, judge } from './judge.ts';
import { type Performance, perform } from './perform.ts';
import {
  type BySources,
  collectIncidents,
  type Exporters,
  eachSourceSet,
  exporterNames,
  incidentsDuring,
  keepDatabases,
  type SourceSet,
  startExporters,
} from './witnesses.ts';

const checkout = new URL('../../..', import.meta.url).pathname;

export interface ShutdownScore {
  readonly judgements: BySources<readonly Judgement[]>;
  /** Somebody stops a service right after the last boot. */
  readonly afterBoot: BySources<Judgement>;
}

/**
 * What ends the machine is told after the next boot: the exporter is stopped with everything else, and finds the rest in
 * the journal, which outlives the machine here as a persistent one does.
 */
export async function scoreShutdown(suite: Suite, scenarios: readonly StopScenario[]): Promise<ShutdownScore> {
  const directory = await mkdtemp(join(tmpdir(), `shutdown-${suite}-`));
  const binds = await keptDirectories(directory);
  try {
    const performances: Performance[] = [];
    for (const scenario of scenarios)
      await watched(suite, binds, async (machine) => {
        performances.push(await perform(machine, scenario));
        await machine.ended;
      });
    return await watched(suite, binds, (machine, exporters) => judgeAfterBoot(machine, exporters, performances));
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function watched<T>(
  suite: Suite,
  binds: readonly string[],
  work: (machine: Machine, exporters: Exporters) => Promise<T>,
): Promise<T> {
  const machine = await bootMachine({ suite, checkout, binds });
  let probe: LiveProbe | undefined;
  try {
    await installBusPolicy(machine);
    probe = await startProbe(machine);
    return await work(machine, await startExporters(machine));
  } finally {
    await machine.stop();
    probe?.cleanUp();
  }
}

async function keptDirectories(directory: string): Promise<readonly string[]> {
  const names = Object.values(exporterNames);
  for (const name of [...names, 'journal']) await mkdir(join(directory, name));
  return [`${join(directory, 'journal')}:/run/log/journal`, ...names.map((name) => `${join(directory, name)}:/var/lib/${name}`)];
}

/** The machine was shut down a moment ago, and this is not why. */
const stoppedAfterBoot: StopScenario = {
  name: 'stopped-after-boot',
  units: ['sleepy.service'],
  prepare: start('sleepy.service'),
  act: 'witness systemctl stop sleepy.service',
  settleMs: 2_000,
  expect: [byOperator('sleepy.service')],
};

async function judgeAfterBoot(
  machine: Machine,
  exporters: Exporters,
  performances: readonly Performance[],
): Promise<ShutdownScore> {
  const after = await perform(machine, stoppedAfterBoot);
  await keepDatabases(machine, exporters, 'after-boot');
  const found = await collectIncidents(exporters);
  const judged = (sources: SourceSet, performed: Performance): Judgement =>
    judge({ ...performed, suite: machine.suite }, incidentsDuring(performed, found[sources].incidents));
  return {
    judgements: eachSourceSet((sources) => performances.map((performed) => judged(sources, performed))),
    afterBoot: eachSourceSet((sources) => judged(sources, after)),
  };
}
