import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openIncidentLog } from '../../../src/incident-log/sqlite-incident-log.ts';
import { createPrometheusSink } from '../../../src/sinks/prometheus/prometheus-sink.ts';
import { generous, numberedIncident } from '../../incident-log/numbered-incident.ts';
import { canScrape, freePort, PrometheusServer, type SampledSeries } from './prometheus-server.ts';

/** An exporter of this process that can be stopped and started again on its state. */
async function startExporter(path: string, port: number) {
  const log = openIncidentLog({ path, retention: generous });
  const views = { load: () => log.position('prometheus'), save: (text: string) => log.setPosition('prometheus', text) };
  const sink = createPrometheusSink({ now: () => Date.now() * 1000, views });
  sink.restore(log.stopCounts(), log.durationCounts());
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    const { remoteAddress, remotePort } = request.socket;
    const scraper = { name: `${remoteAddress} ${request.headers['user-agent']}`, connection: String(remotePort) };
    void sink.render({ accept: request.headers.accept, scraper }).then(({ contentType, body }) => {
      response.setHeader('Content-Type', contentType).end(body);
    });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    stopUnit(number: number, unit: string) {
      const incident = numberedIncident(number, { incident: { unit } });
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

/** What `increase()` sees between samples, without its extrapolation: a first sample counts for nothing, a fall is a reset. */
function increase(series: SampledSeries): number {
  return series.slice(1).reduce((sum, value, index) => {
    const before = series[index] ?? 0;
    return sum + (value >= before ? value - before : value);
  }, 0);
}

const metric = 'systemd_unit_stops_total';

test.skipIf(!canScrape)(
  'two Prometheus servers see every stop increase the counter, whoever is restarted in between',
  async () => {
    const path = mkdtempSync(join(tmpdir(), 'exporter-'));
    const port = await freePort();
    let exporter = await startExporter(path, port);
    const often = await PrometheusServer.start(port, '1s');
    const seldom = await PrometheusServer.start(port, '3s');
    let stops = 0;
    const stopUnits = (...units: readonly string[]) => {
      for (const unit of units) exporter.stopUnit(stops++, unit);
    };
    const arrived = (server: PrometheusServer) =>
      vi.waitUntil(async () => total(await server.samples(metric)) === stops, { timeout: 15_000, interval: 50 });

    stopUnits('a.service', 'a.service', 'b.service');
    await arrived(often);
    stopUnits('b.service', 'c.service');
    await exporter.close();
    exporter = await startExporter(path, port);
    stopUnits('d.service');
    await arrived(often);
    await exporter.close();
    exporter = await startExporter(path, port);
    await arrived(seldom);
    await seldom.stop();
    stopUnits('a.service', 'e.service');
    await arrived(often);
    stopUnits('f.service');
    await seldom.start();
    await Promise.all([often, seldom].map(arrived));

    for (const server of [often, seldom]) {
      const increases = (await server.samples(metric)).map(increase);
      expect(increases.toSorted()).toEqual([1, 1, 1, 1, 2, 3]);
    }
    await Promise.all([often.remove(), seldom.remove(), exporter.close()]);
    rmSync(path, { recursive: true });
  },
  90_000,
);

function total(all: readonly SampledSeries[]): number {
  return all.reduce((sum, series) => sum + (series.at(-1) ?? 0), 0);
}
