import { setTimeout as delay } from 'node:timers/promises';
import { installBusPolicy } from '../live-exporter.ts';
import { type LiveProbe, startProbe } from '../live-probe.ts';
import { bootMachine, type Machine, type Suite } from '../machine.ts';
import type { StopScenario } from '../scenarios/scenario.ts';
import { type Judgement, judge } from './judge.ts';
import { type Performance, perform } from './perform.ts';
import { type BySources, collectIncidents, eachSourceSet, incidentsDuring, keepDatabases, startExporters } from './witnesses.ts';

export interface SuiteScore {
  readonly suite: Suite;
  readonly judgements: BySources<readonly Judgement[]>;
  /** Of the whole run: stops by the counter, and incidents on the pages. */
  readonly counted: BySources<{ readonly counter: number; readonly incidents: number }>;
}

const checkout = new URL('../../..', import.meta.url).pathname;

/** Carries out the scenarios in one machine, under the eyes of an exporter for each set of sources. */
export async function scoreSuite(suite: Suite, scenarios: readonly StopScenario[]): Promise<SuiteScore> {
  if (scenarios.length === 0) return nothing(suite);
  const machine = await bootMachine({ suite, checkout });
  let probe: LiveProbe | undefined;
  try {
    await installBusPolicy(machine);
    probe = await startProbe(machine);
    const exporters = await startExporters(machine);
    const performances: Performance[] = [];
    for (const scenario of scenarios) performances.push(await performAloud(machine, scenario));
    await delay(2_000);
    await keepDatabases(machine, exporters);
    const found = await collectIncidents(exporters);
    return {
      suite,
      judgements: eachSourceSet((sources) =>
        performances.map((performed) => judge({ ...performed, suite }, incidentsDuring(performed, found[sources].incidents))),
      ),
      counted: eachSourceSet((sources) => ({
        counter: found[sources].counter,
        incidents: found[sources].incidents.length,
      })),
    };
  } finally {
    await machine.stop();
    probe?.cleanUp();
  }
}

function nothing(suite: Suite): SuiteScore {
  return { suite, judgements: eachSourceSet(() => []), counted: eachSourceSet(() => ({ counter: 0, incidents: 0 })) };
}

async function performAloud(machine: Machine, scenario: StopScenario): Promise<Performance> {
  const startedAt = performance.now();
  const performed = await perform(machine, scenario).catch(async (error: unknown) => {
    process.stderr.write(`${machine.suite} ${scenario.name} hangs:\n${await describeMachine(machine)}\n`);
    throw error;
  });
  process.stderr.write(`${machine.suite} ${scenario.name} ${Math.round(performance.now() - startedAt)} ms\n`);
  return performed;
}

/** For the log of CI, where nobody can look. */
async function describeMachine(machine: Machine): Promise<string> {
  const look =
    'ps -eo pid,ppid,stat,wchan:20,etimes,args --forest; timeout 5 systemctl list-jobs; ls /run/stop-bed/*; ' +
    'journalctl --no-pager --lines=40 --output=short-precise';
  const { stdout, stderr } = await machine.exec(look, { allowFailure: true });
  return stdout + stderr;
}
