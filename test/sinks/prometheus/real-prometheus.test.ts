import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, type TestContext, test, vi } from 'vitest';
import { openIncidentLog } from '../../../src/incident-log/sqlite-incident-log.ts';
import { createPrometheusSink } from '../../../src/sinks/prometheus/prometheus-sink.ts';
import { generous, numberedIncident } from '../../incident-log/numbered-incident.ts';
import { freePort } from '../../support/free-port.ts';
import { canScrape, PrometheusServer, type SampledSeries, type Scraping } from './prometheus-server.ts';

/** An exporter of this process that can be stopped and started again on its state. */
class Exporter {
  readonly port: number;
  readonly #path = mkdtempSync(join(tmpdir(), 'exporter-'));
  #running: Awaited<ReturnType<typeof startExporter>> | undefined;
  stops = 0;

  private constructor(port: number) {
    this.port = port;
  }

  static async start({ onTestFinished }: TestContext): Promise<Exporter> {
    const exporter = new Exporter(await freePort());
    await exporter.restart();
    onTestFinished(async () => {
      await exporter.#running?.close();
      rmSync(exporter.#path, { recursive: true });
    });
    return exporter;
  }

  async restart(): Promise<void> {
    await this.#running?.close();
    this.#running = await startExporter(this.#path, this.port);
  }

  stopUnits(...units: readonly string[]): void {
    for (const unit of units) this.#running?.record(numberedIncident(this.stops++, { incident: { unit } }));
  }

  /** Waits until a server has stored the value of every stop. */
  async arrivedAt(server: PrometheusServer): Promise<void> {
    await vi.waitUntil(async () => total(await server.samples(metric)) === this.stops, { timeout: 20_000, interval: 50 });
  }
}

async function startExporter(path: string, port: number) {
  const log = openIncidentLog({ path, retention: generous });
  const views = { load: () => log.position('prometheus'), save: (text: string) => log.setPosition('prometheus', text) };
  const sink = createPrometheusSink({ now: () => Date.now() * 1000, views });
  sink.restore(log.stopCounts(), log.durationCounts());
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    const { remoteAddress, remotePort } = request.socket;
    const name = `${remoteAddress} ${request.headers['user-agent']} ${request.url}`;
    const isServer = 'x-prometheus-scrape-timeout-seconds' in request.headers;
    const scraper = { name, connection: String(remotePort), isServer };
    void sink.render({ accept: request.headers.accept, scraper }).then(({ contentType, body }) => {
      response.setHeader('Content-Type', contentType).end([...body].join(''));
    });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    record(incident: ReturnType<typeof numberedIncident>) {
      if (log.append(incident, sink.labelsOf(incident))) sink.record(incident);
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      await sink.shutdown();
      log.close();
    },
  };
}

/** All at once: a Prometheus scrapes for the first time 5 s after its start. */
async function startServers<All extends readonly Scraping[]>(context: TestContext, exporter: Exporter, ...all: All) {
  const start = async (scraping: Scraping) => {
    const server = await PrometheusServer.start(exporter.port, scraping);
    context.onTestFinished(() => server.remove());
    return server;
  };
  return (await Promise.all(all.map(start))) as unknown as { readonly [Index in keyof All]: PrometheusServer };
}

const metric = 'systemd_unit_stops_total';

/** What `increase()` sees between samples, without its extrapolation: a first sample counts for nothing, a fall is a reset. */
function increase(series: SampledSeries): number {
  return series.slice(1).reduce((sum, value, index) => {
    const before = series[index] ?? 0;
    return sum + (value >= before ? value - before : value);
  }, 0);
}

function total(all: readonly SampledSeries[]): number {
  return all.reduce((sum, series) => sum + (series.at(-1) ?? 0), 0);
}

describe.skipIf(!canScrape)('a real Prometheus', () => {
  test.concurrent('two servers of one host see every stop, while the exporter is restarted between the 0 and the value', async (context) => {
    const exporter = await Exporter.start(context);
    const name = 'the same';
    const [often, seldom] = await startServers(context, exporter, { interval: '1s', name }, { interval: '3s', name });
    exporter.stopUnits('a.service', 'a.service', 'b.service');
    await Promise.all([often, seldom].map((server) => exporter.arrivedAt(server)));
    exporter.stopUnits('b.service', 'c.service');
    await vi.waitUntil(async () => (await often.samples(metric)).length === 3, { timeout: 20_000, interval: 50 });
    await exporter.restart();
    exporter.stopUnits('d.service');
    await Promise.all([often, seldom].map((server) => exporter.arrivedAt(server)));
    await exporter.restart();
    exporter.stopUnits('d.service');
    await Promise.all([often, seldom].map((server) => exporter.arrivedAt(server)));
    for (const server of [often, seldom]) expect((await server.samples(metric)).map(increase).toSorted()).toEqual([1, 2, 2, 2]);
  }, 90_000);

  test.concurrent('a server that was away sees the stops of meanwhile, and the others do not wait for it', async (context) => {
    const exporter = await Exporter.start(context);
    const interval = '1s';
    const [steady, away] = await startServers(context, exporter, { interval, name: 'steady' }, { interval, name: 'away' });
    exporter.stopUnits('a.service');
    await Promise.all([steady, away].map((server) => exporter.arrivedAt(server)));
    await away.stop();
    exporter.stopUnits('a.service', 'b.service');
    await exporter.arrivedAt(steady);
    await exporter.restart();
    exporter.stopUnits('b.service', 'c.service');
    await exporter.arrivedAt(steady);
    await away.start();
    await exporter.arrivedAt(away);
    for (const server of [steady, away]) expect((await server.samples(metric)).map(increase).toSorted()).toEqual([1, 2, 2]);
  }, 90_000);

  test.concurrent('increase() is the number of stops for scrapes every 1, 2 and 5 s, over restarts of the exporter and of Prometheus', async (context) => {
    const exporter = await Exporter.start(context);
    const intervals = ['1s', '2s', '5s'].map((interval) => ({ interval, name: 'of one host' }));
    const servers = await startServers(context, exporter, ...intervals);
    const [first] = servers;
    const arrived = () => Promise.all(servers.map((server) => exporter.arrivedAt(server)));
    exporter.stopUnits('a.service', 'a.service', 'b.service');
    await arrived();
    exporter.stopUnits('b.service');
    await exporter.restart();
    exporter.stopUnits('c.service');
    await arrived();
    await first?.stop();
    exporter.stopUnits('a.service', 'd.service', 'd.service');
    await exporter.restart();
    await first?.start();
    await arrived();
    exporter.stopUnits('d.service', 'e.service');
    await arrived();
    for (const server of servers) {
      expect((await server.samples(metric)).map(increase).reduce((sum, one) => sum + one, 0)).toBe(exporter.stops);
      expect(await server.increase(metric)).toBeCloseTo(exporter.stops, 6);
    }
  }, 150_000);
});
