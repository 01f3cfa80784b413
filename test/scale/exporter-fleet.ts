import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Exporter, openExporter } from '../../src/exporter.ts';
import type { ClassifiedIncident } from '../../src/model/incident.ts';
import { onHost } from './incident-pool.ts';

/** Many exporters behind one port, each with a path of its own. */
export interface ExporterFleet extends AsyncDisposable {
  readonly port: number;
  readonly pathOf: (host: number) => string;
  readonly bytesServed: () => number;
}

/** As many real expositions as there are kinds of hosts; a host is a kind with numbers of its own for its process. */
const kinds = 8;
const openMetrics = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5';

export async function serveFleet(pool: readonly ClassifiedIncident[], combinations: number): Promise<ExporterFleet> {
  const bodies: string[] = [];
  let contentType = '';
  for (let kind = 0; kind < kinds; kind += 1) {
    const rendered = await renderKind(pool, kind, combinations);
    bodies.push(rendered.body);
    contentType = rendered.contentType;
  }
  let bytes = 0;
  const server = createServer((request, response) => {
    const host = Number(/^\/(\d+)\/metrics/.exec(request.url ?? '')?.[1]);
    const body = varied(bodies[host % kinds] ?? '', host);
    bytes += body.length;
    response.writeHead(200, { 'content-type': contentType }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    pathOf: (host) => `/${host}/metrics`,
    bytesServed: () => bytes,
    [Symbol.asyncDispose]: () => close(server),
  };
}

/** Samples of an exposition; Prometheus keeps `_created` as a series like any other. */
export function samplesIn(exposition: string): number {
  return exposition.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
}

/** What of it the agent of deploy/remote-write does not send on. */
export function samplesOfNodeIn(exposition: string): number {
  return exposition.match(/^(?:nodejs|process)_/gm)?.length ?? 0;
}

export function openFleetExporter(): Exporter {
  return openExporter({
    version: '0.0.0',
    host: { machineId: '0'.repeat(32), bootId: '0'.repeat(32), hostname: 'fleet' },
    sources: ['dbus', 'journal', 'tracefs'],
    retentionMs: 3_600_000_000_000,
    maxStorageBytes: 2 ** 30,
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    writeStop: () => undefined,
    environment: {},
  });
}

async function renderKind(pool: readonly ClassifiedIncident[], kind: number, combinations: number) {
  const exporter = openFleetExporter();
  try {
    for (let index = 0; index < combinations; index += 1) exporter.deliver([combination(pool, kind, index)]);
    return await renderAtValue(exporter);
  } finally {
    await exporter.close();
  }
}

/** The first scrape shows new series at 0, the next one shows what they have. */
export async function renderAtValue(exporter: Exporter): Promise<{ readonly contentType: string; readonly body: string }> {
  const scraper = { name: 'scale', isServer: true };
  await exporter.prometheus.render({ accept: openMetrics, scraper });
  const { contentType, body } = await exporter.prometheus.render({ accept: openMetrics, scraper });
  return { contentType, body: [...body].join('') };
}

/** Stops of different names, causes and senders, in the mix of the recordings. */
function combination(pool: readonly ClassifiedIncident[], kind: number, index: number): ClassifiedIncident {
  const picked = pool[(kind * 7 + index) % pool.length];
  if (picked === undefined) throw new Error('Cannot simulate: there are no recorded stops');
  const { incident, verdict } = onHost(picked, kind);
  return { incident: { ...incident, unit: `app-${index}.service` }, verdict };
}

/** A number that changes from scrape to scrape, as few do; cheap, for this one process answers for all. */
function varied(body: string, host: number): string {
  return body.replace(/^(process_cpu_seconds_total )\S+/m, `$1${host + performance.now() / 1000}`);
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
