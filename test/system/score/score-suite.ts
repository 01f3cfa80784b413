import { cp } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { IncidentDocument } from '../../../src/model/incident-document.ts';
import { installBusPolicy, type LiveExporter, startExporter } from '../live-exporter.ts';
import { bootMachine, type Machine, type Suite } from '../machine.ts';
import type { StopScenario } from '../scenarios/scenario.ts';
import { stopScenarios } from '../scenarios/stop-scenarios.ts';
import { type Judgement, judge } from './judge.ts';
import { type Performance, perform } from './perform.ts';

/** What an exporter may use; three of them watch the same machine. */
export const sourceSets = ['dbus+journal', 'dbus', 'journal'] as const;
export type SourceSet = (typeof sourceSets)[number];

export interface SuiteScore {
  readonly suite: Suite;
  readonly judgements: Readonly<Record<SourceSet, readonly Judgement[]>>;
  /** Stops by the counter, and incidents on the page: of the whole run. */
  readonly counted: Readonly<Record<SourceSet, { readonly counter: number; readonly incidents: number }>>;
}

const checkout = process.env['SSE_CHECKOUT'] ?? new URL('../../..', import.meta.url).pathname;
const moreFlags = (process.env['SSE_FLAGS'] ?? '').split(' ');
const kept = `${process.env['SSE_CACHE'] ?? '/var/cache/systemd-stop-exporter'}/score`;

/** Carries out the scenarios in one machine, under the eyes of an exporter for each set of sources. */
export async function scoreSuite(suite: Suite, wanted: (name: string) => boolean): Promise<SuiteScore> {
  const scenarios = stopScenarios.filter(
    ({ name, suites, last }) => wanted(name) && (suites?.includes(suite) ?? true) && last !== true,
  );
  const machine = await bootMachine({ suite, checkout });
  try {
    await installBusPolicy(machine);
    const exporters = await startExporters(machine);
    const performances: Performance[] = [];
    for (const scenario of scenarios) performances.push(await performAloud(machine, scenario));
    await delay(2_000);
    await keepDatabases(machine, exporters);
    return await judgeAll(suite, exporters, performances);
  } finally {
    await machine.stop();
  }
}

type Exporters = Readonly<Record<SourceSet, LiveExporter>>;

async function startExporters(machine: Machine): Promise<Exporters> {
  const start = (name: string, port: number, flags: readonly string[]) =>
    startExporter(machine, { name, port, flags: [...flags, ...moreFlags] });
  const both = await start('systemd-stop-exporter', 19558, ['--source.dbus=on', '--source.journal=on']);
  const dbus = await start('exporter-of-dbus', 19559, ['--source.dbus=on', '--source.journal=off']);
  const journal = await start('exporter-of-journal', 19560, ['--source.dbus=off', '--source.journal=on']);
  return { 'dbus+journal': both, dbus, journal };
}

async function performAloud(machine: Machine, scenario: StopScenario): Promise<Performance> {
  const startedAt = performance.now();
  const performed = await perform(machine, scenario);
  process.stderr.write(`${machine.suite} ${scenario.name} ${Math.round(performance.now() - startedAt)} ms\n`);
  return performed;
}

/** With all the evidence, to find out why a verdict is what it is. */
async function keepDatabases({ rootDirectory, suite }: Machine, exporters: Exporters): Promise<void> {
  for (const sources of sourceSets) {
    const name = exporters[sources].unit.replace(/\.service$/, '');
    await cp(`${rootDirectory}/var/lib/${name}`, `${kept}/${suite}/${sources}`, { recursive: true, force: true });
  }
}

async function judgeAll(suite: Suite, exporters: Exporters, performances: readonly Performance[]): Promise<SuiteScore> {
  const entries = await Promise.all(
    sourceSets.map(async (sources) => {
      const incidents = await exporters[sources].incidents();
      const counter = await exporters[sources].total('systemd_stop_exporter_stops_total');
      const judgements = performances.map((performed) => judge({ ...performed, suite }, during(performed, incidents)));
      return { sources, judgements, counted: { counter, incidents: incidents.length } };
    }),
  );
  const bySources = <T>(pick: (entry: (typeof entries)[number]) => T) =>
    Object.fromEntries(entries.map((entry) => [entry.sources, pick(entry)])) as Record<SourceSet, T>;
  return { suite, judgements: bySources(({ judgements }) => judgements), counted: bySources(({ counted }) => counted) };
}

function during({ fromUsec, toUsec }: Performance, incidents: readonly IncidentDocument[]): readonly IncidentDocument[] {
  const from = Math.floor(fromUsec / 1000);
  const to = Math.ceil(toUsec / 1000);
  return incidents.filter(({ occurred_at }) => {
    const atMs = Date.parse(occurred_at);
    return atMs >= from && atMs < to;
  });
}
