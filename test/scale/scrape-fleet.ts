import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathOf } from '../e2e/support/installed.ts';
import { freePort } from '../support/free-port.ts';
import type { ExporterFleet } from './exporter-fleet.ts';

export interface Scraping {
  readonly fleet: ExporterFleet;
  readonly hosts: number;
  readonly seconds: number;
  readonly intervalSeconds: number;
  readonly directory: string;
}

/** A real Prometheus scrapes every exporter of the fleet for so long; what it says of itself then. */
export async function scrapeFleet({ fleet, hosts, seconds, intervalSeconds, directory }: Scraping) {
  const port = await freePort();
  writeFileSync(join(directory, 'prometheus.json'), JSON.stringify(configuration(fleet, hosts, intervalSeconds)));
  const flags = [
    `--config.file=${join(directory, 'prometheus.json')}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
    '--enable-feature=exemplar-storage',
  ];
  const prometheus = spawn(pathOf('prometheus'), flags, { stdio: ['ignore', 'inherit', 'inherit'] });
  try {
    await delay(2 * intervalSeconds * 1000); // every target once, and the start is over
    const before = await ownMetrics(port);
    const [startedAt, bytesBefore] = [performance.now(), fleet.bytesServed()];
    await delay(seconds * 1000);
    const after = await ownMetrics(port);
    const elapsed = (performance.now() - startedAt) / 1000;
    const appended = after('prometheus_tsdb_head_samples_appended_total') - before('prometheus_tsdb_head_samples_appended_total');
    return {
      seconds: elapsed,
      up: await ask(port, 'count(up == 1)'),
      seriesPerTarget: await ask(port, 'avg(scrape_samples_scraped)'),
      headSeries: after('prometheus_tsdb_head_series'),
      samplesPerSecond: appended / elapsed,
      bytesPerScrape: (fleet.bytesServed() - bytesBefore) / ((elapsed / intervalSeconds) * hosts),
      scrapeSeconds: await ask(port, 'quantile(0.5, scrape_duration_seconds)'),
      memory: after('process_resident_memory_bytes'),
      cpuSeconds: after('process_cpu_seconds_total') - before('process_cpu_seconds_total'),
    };
  } finally {
    prometheus.kill('SIGTERM');
    if (prometheus.exitCode === null) await once(prometheus, 'exit');
  }
}

function configuration({ port, pathOf: path }: ExporterFleet, hosts: number, intervalSeconds: number): object {
  const target = (host: number) => ({
    targets: [`127.0.0.1:${port}`],
    labels: { __metrics_path__: path(host), instance: `host-${host}:19558` },
  });
  const interval = `${intervalSeconds}s`;
  return {
    global: { scrape_interval: interval, scrape_timeout: interval },
    scrape_configs: [
      { job_name: 'systemd-stop-exporter', static_configs: Array.from({ length: hosts }, (_, host) => target(host)) },
    ],
  };
}

async function ownMetrics(port: number): Promise<(name: string) => number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return (name) => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text)?.[1]);
}

async function ask(port: number, query: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`);
  const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
  return Number(data.result[0]?.value[1]);
}
