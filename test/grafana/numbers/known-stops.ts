import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { vi } from 'vitest';
import { type Alertmanager, startAlertmanager } from '../../e2e/support/alertmanager.ts';
import { type ServingExporter, startServe } from '../../e2e/support/exporter.ts';
import { type Prometheus, startPrometheus } from '../../e2e/support/prometheus.ts';
import { recordsOfStops } from '../../e2e/support/records.ts';
import { servedIncidents, stopsCounted } from '../../e2e/support/served.ts';
import { type Collector, startCollector } from '../../sinks/otlp/collector.ts';
import { freePort } from '../../support/free-port.ts';
import { type Stop, stopOf } from './stop.ts';

/** Two real exporters that saw known stops, a third that is down, and a real Prometheus that scraped them. */
export interface KnownStops extends AsyncDisposable {
  readonly prometheus: Prometheus;
  /** Gets its alerts. */
  readonly alertmanager: Alertmanager;
  /** Host and port: the first delivers its traces, the second cannot and has a source that is down; nothing is at the third. */
  readonly instances: readonly [string, string, string];
  /** What the exporters' incident pages say, in the order of time. */
  readonly stops: readonly Stop[];
  /** Records that the logs hold, by instance. */
  readonly evidence: Readonly<Record<string, number>>;
  /** What the second exporter could not read, by reason. */
  readonly discarded: Readonly<Record<string, number>>;
  /** When both had been scraped often enough, in seconds. */
  readonly at: number;
}

const scenario = (name: string) => readFileSync(join('test/scenarios', name, 'stap.log'), 'utf8');
const storm = recordsOfStops(Array.from({ length: 5 }, () => 'storm.service'));
const nonsense = 3;
/** written-records-v1 has one of each. */
const discarded = { overrun: 1, 'torn-record': 1, 'unknown-record': 1, unreadable: 1 + nonsense };
const logs = [
  { text: scenario('systemd-262-stap'), stops: 6 },
  { text: storm + scenario('written-records-v1') + 'nonsense\n'.repeat(nonsense), stops: 5 + 7 },
] as const;

/** So many scrapes make `increase()` exact to a fifteenth, and counts up to 7 exact. */
const enoughScrapes = 16;

export async function startKnownStops(): Promise<KnownStops> {
  const stack = new AsyncDisposableStack();
  try {
    const directory = mkdtempSync(join(tmpdir(), 'known-stops-'));
    stack.defer(() => rmSync(directory, { recursive: true, force: true }));
    const collector = await startCollector();
    stack.defer(() => collector.close());
    const exporters: ServingExporter[] = [];
    for (const start of exporterStarts(directory, collector, await freePort())) exporters.push(stack.use(await start()));
    const [first = '', second = ''] = exporters.map(({ base }) => new URL(base).host);
    const instances = [first, second, `127.0.0.1:${await freePort()}`] as const;
    const alertmanager = stack.use(await startAlertmanager('deploy/alertmanager/alertmanager.yaml'));
    const prometheus = await startPrometheus(
      { 'systemd-stop-exporter': instances },
      {},
      {
        global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: '1s' },
        alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager.target] }] }] },
        rule_files: [resolve('deploy/prometheus/systemd-stop-exporter.rules.yaml')],
      },
    );
    stack.use(prometheus);
    // Counters that are there from the start must have been seen at 0.
    await vi.waitUntil(async () => (await prometheus.series('systemd_stop_exporter_build_info[1h]')).length === 2, patience);
    const stops = await makeStops(directory, exporters);
    const at = await scrapedOften(prometheus, new Set(stops.map(seriesKey)).size);
    const evidence = { [first]: records(0), [second]: records(1) };
    const parts = stack.move();
    return {
      prometheus,
      alertmanager,
      instances,
      stops,
      evidence,
      discarded,
      at,
      [Symbol.asyncDispose]: () => parts.disposeAsync(),
    };
  } finally {
    await stack.disposeAsync();
  }
}

function logPath(directory: string, index: number): string {
  return join(directory, `web${index + 1}.log`);
}

/** One after the other: each takes a processor for seconds. */
function exporterStarts(
  directory: string,
  collector: Collector,
  closedPort: number,
): readonly (() => Promise<ServingExporter>)[] {
  for (const index of logs.keys()) writeFileSync(logPath(directory, index), '');
  const sends = (endpoint: string) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
  const missing = ['--source.stap.log', join(directory, 'missing.log')];
  return [
    () => startServe(['--source.stap.log', logPath(directory, 0)], sends(collector.endpoint)),
    () => startServe(['--source.stap.log', logPath(directory, 1), ...missing], sends(`http://127.0.0.1:${closedPort}`)),
  ];
}

async function makeStops(directory: string, exporters: readonly ServingExporter[]): Promise<readonly Stop[]> {
  const made = exporters.map(async ({ base }, index) => {
    const log = logs[index];
    if (log === undefined) return [];
    appendFileSync(logPath(directory, index), log.text);
    await stopsCounted(base, log.stops);
    return (await servedIncidents(base)).map((incident) => stopOf(incident, new URL(base).host));
  });
  return (await Promise.all(made)).flat().toSorted((a, b) => a.occurredAt - b.occurredAt);
}

/** A busy machine misses scrapes: they are waited for. */
const patience = { timeout: 120_000, interval: 500 };
const interval = '2s';

/** @returns a time at which both were scraped, and every series had been often enough */
async function scrapedOften(prometheus: Prometheus, expected: number): Promise<number> {
  return await vi.waitUntil(async () => {
    const series = await prometheus.series('systemd_unit_stops_total[1h]');
    const isEnough = series.length === expected && series.every(({ values }) => values.length >= enoughScrapes);
    const at = Math.max(...series.map(({ values }) => values.at(-1)?.[0] ?? 0));
    const both = isEnough
      ? await prometheus.series('count(systemd_stop_exporter_build_info and on (job, instance) up == 1)', at)
      : [];
    return Number(both[0]?.value?.[1]) === 2 ? at : undefined;
  }, patience);
}

function seriesKey({ instance, name, cause, sender, sender_unit }: Stop): string {
  return [instance, name, cause, sender, sender_unit].join(' ');
}

/** Whole records, or lines that open one in the older form; each is one piece of evidence. */
function records(index: number): number {
  return logs[index]?.text.match(/^(?:end \d+ (?:stop|request|signal|move|empty) |\d{16} )/gm)?.length ?? 0;
}
