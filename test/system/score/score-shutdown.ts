import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { installBusPolicy } from '../live-exporter.ts';
import { type LiveProbe, startProbe } from '../live-probe.ts';
import { bootMachine, type Suite } from '../machine.ts';
import { scenariosOf } from '../scenarios/stop-scenarios.ts';
import { type Judgement, judge } from './judge.ts';
import { type Performance, perform } from './perform.ts';
import { type BySources, collectIncidents, eachSourceSet, exporterNames, incidentsDuring, startExporters } from './witnesses.ts';

const checkout = new URL('../../..', import.meta.url).pathname;

/**
 * What ends the machine is told after the next boot: the exporter is stopped with everything else, and finds the rest in
 * the journal, which outlives the machine here as a persistent one does.
 */
export async function scoreShutdown(suite: Suite): Promise<BySources<readonly Judgement[]>> {
  const directory = await mkdtemp(join(tmpdir(), `shutdown-${suite}-`));
  const binds = await keptDirectories(directory);
  try {
    const performances: Performance[] = [];
    for (const scenario of scenariosOf(suite).filter(({ last }) => last === true)) {
      const machine = await bootMachine({ suite, checkout, binds });
      let probe: LiveProbe | undefined;
      try {
        await installBusPolicy(machine);
        probe = await startProbe(machine);
        await startExporters(machine);
        performances.push(await perform(machine, scenario));
        await machine.ended;
      } finally {
        await machine.stop();
        probe?.cleanUp();
      }
    }
    return await judgeAfterBoot(suite, binds, performances);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function keptDirectories(directory: string): Promise<readonly string[]> {
  const names = Object.values(exporterNames);
  for (const name of [...names, 'journal']) await mkdir(join(directory, name));
  return [`${join(directory, 'journal')}:/run/log/journal`, ...names.map((name) => `${join(directory, name)}:/var/lib/${name}`)];
}

async function judgeAfterBoot(
  suite: Suite,
  binds: readonly string[],
  performances: readonly Performance[],
): Promise<BySources<readonly Judgement[]>> {
  const machine = await bootMachine({ suite, checkout, binds });
  let probe: LiveProbe | undefined;
  try {
    await installBusPolicy(machine);
    probe = await startProbe(machine);
    const exporters = await startExporters(machine);
    await delay(2_000);
    const found = await collectIncidents(exporters);
    return eachSourceSet((sources) =>
      performances.map((performed) => judge({ ...performed, suite }, incidentsDuring(performed, found[sources].incidents))),
    );
  } finally {
    await machine.stop();
    probe?.cleanUp();
  }
}
