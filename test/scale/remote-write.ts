import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathOf } from '../e2e/support/installed.ts';
import { startPrometheusAgent } from '../e2e/support/prometheus-agent.ts';
import { RunningProcess } from '../e2e/support/running-process.ts';
import { layWire } from '../e2e/support/wire.ts';
import { freePort } from '../support/free-port.ts';
import type { Scraping } from './scrape-fleet.ts';

/** A real agent with the file that we ship scrapes the fleet and writes to a real Prometheus; what goes over the wire. */
export async function sendSamples({ fleet, hosts, seconds, intervalSeconds, directory }: Scraping) {
  const target = `127.0.0.1:${await freePort()}`;
  await using receiver = startReceiver(target, join(directory, 'receiver'));
  await receiver.says(/Server is ready to receive web requests/);
  await using wire = await layWire(target);
  const groups = Array.from({ length: hosts }, (_, host) => ({
    targets: [`127.0.0.1:${fleet.port}`],
    labels: { __metrics_path__: fleet.pathOf(host), instance: `host-${host}:19558` },
  }));
  const scrapeInterval = `${intervalSeconds}s`;
  await using agent = await startPrometheusAgent({
    groups,
    receiver: wire.address,
    scrapeInterval,
    directory: join(directory, 'agent'),
  });
  const look = async () => ({
    bytes: wire.bytes(),
    samples: await agent.total('prometheus_remote_storage_samples_total'),
    scraped: await agent.total('prometheus_agent_samples_appended_total'),
    cpuSeconds: await agent.total('process_cpu_seconds_total'),
  });
  await delay((2 * intervalSeconds + 5) * 1000); // every target once, and the start is over
  const before = await look();
  const startedAt = performance.now();
  await delay(seconds * 1000);
  const after = await look();
  const since = (name: keyof typeof after): number => after[name] - before[name];
  const elapsed = (performance.now() - startedAt) / 1000;
  return {
    bytesPerSample: since('bytes') / since('samples'),
    scrapedPerSecond: since('scraped') / elapsed,
    sentPerSecond: since('samples') / elapsed,
    cores: since('cpuSeconds') / elapsed,
    failed: await agent.total('prometheus_remote_storage_samples_failed_total'),
    memory: await agent.total('process_resident_memory_bytes'),
  };
}

function startReceiver(target: string, directory: string): RunningProcess {
  return new RunningProcess(pathOf('prometheus'), [
    '--config.file=/dev/null',
    '--web.enable-remote-write-receiver',
    `--storage.tsdb.path=${directory}`,
    `--web.listen-address=${target}`,
    '--log.level=info',
  ]);
}
