import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { IncidentDocument } from '../../../src/model/incident-document.ts';
import { type LiveExporter, startExporter } from '../live-exporter.ts';
import { probeLog } from '../live-probe.ts';
import type { Machine } from '../machine.ts';
import type { Performance } from './perform.ts';

/** What an exporter may use; one for each of them watches the same machine. */
export const sourceSets = ['dbus+journal+probe', 'dbus+journal', 'dbus', 'journal', 'probe'] as const;
export type SourceSet = (typeof sourceSets)[number];
export type BySources<T> = Readonly<Record<SourceSet, T>>;
export type Exporters = BySources<LiveExporter>;

/** The names of their units, which are those of their state directories too. */
export const exporterNames: BySources<string> = {
  'dbus+journal+probe': 'exporter-of-all',
  'dbus+journal': 'systemd-stop-exporter',
  dbus: 'exporter-of-dbus',
  journal: 'exporter-of-journal',
  probe: 'exporter-of-probe',
};

/** Who asks on the bus is gone within milliseconds; the log stays. */
const unhurried = ['ExecStartPost='];

export async function startExporters(machine: Machine): Promise<Exporters> {
  const started: Partial<Record<SourceSet, LiveExporter>> = {};
  for (const [index, sources] of sourceSets.entries())
    started[sources] = await startExporter(machine, {
      name: exporterNames[sources],
      port: 19558 + index,
      flags: flagsOf(sources.split('+')),
      settings: sources.includes('dbus') ? [] : unhurried,
    });
  return eachSourceSet((sources) => required(started[sources]));
}

function flagsOf(sources: readonly string[]): readonly string[] {
  const switches = ['dbus', 'journal'].map((name) => `--source.${name}=${sources.includes(name) ? 'on' : 'off'}`);
  return sources.includes('probe') ? [...switches, `--source.stap.log=${probeLog}`] : switches;
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('An exporter is missing');
  return value;
}

export function eachSourceSet<T>(make: (sources: SourceSet) => T): BySources<T> {
  return {
    'dbus+journal+probe': make('dbus+journal+probe'),
    'dbus+journal': make('dbus+journal'),
    dbus: make('dbus'),
    journal: make('journal'),
    probe: make('probe'),
  };
}

export interface Found {
  readonly incidents: readonly IncidentDocument[];
  /** Sum of `systemd_stop_exporter_stops_total`. */
  readonly counter: number;
}

export async function collectIncidents(exporters: Exporters): Promise<BySources<Found>> {
  const collect = async (sources: SourceSet): Promise<Found> => ({
    incidents: await exporters[sources].incidents(),
    counter: await exporters[sources].total('systemd_stop_exporter_stops_total'),
  });
  const found = new Map(await Promise.all(sourceSets.map(async (sources) => [sources, await collect(sources)] as const)));
  return eachSourceSet((sources) => required(found.get(sources)));
}

export function incidentsDuring(
  { fromUsec, toUsec }: Pick<Performance, 'fromUsec' | 'toUsec'>,
  incidents: readonly IncidentDocument[],
): readonly IncidentDocument[] {
  return incidents.filter(({ occurred_at }) => {
    const atMs = Date.parse(occurred_at);
    return atMs >= Math.floor(fromUsec / 1000) && atMs < Math.ceil(toUsec / 1000);
  });
}

const kept = `${process.env['SSE_CACHE'] ?? '/var/cache/systemd-stop-exporter'}/score`;

/** With all their evidence, to find out why a verdict is what it is: see `show-incident`. */
export async function keepDatabases({ rootDirectory, suite }: Machine, exporters: Exporters, when = ''): Promise<void> {
  for (const sources of sourceSets) {
    const directory = `${rootDirectory}/var/lib/${exporters[sources].unit.replace(/\.service$/, '')}`;
    await cp(directory, join(kept, suite, when, sources), { recursive: true, force: true });
  }
}
