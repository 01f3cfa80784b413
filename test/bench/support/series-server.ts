import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import { causes } from '../../../src/model/cause.ts';
import { serveWeb } from '../../../src/web.ts';
import { freePort } from '../../support/free-port.ts';
import { sampleIncident } from '../../support/sample-incident.ts';
import { logger, openBenchExporter } from './bench-exporter.ts';

/**
 * A process of its own for the `series` row: the exporter with as many series of `systemd_unit_stops_total` as its
 * argument says, a bare server of the same bytes, and its own event loop's delay when it is asked for it.
 */
const seriesCount = Number(process.argv[2]);
const exporter = openBenchExporter();
for (let index = 0; index < seriesCount; index++) exporter.deliver([stop(index)]);

const port = await freePort();
const listen = [{ host: '127.0.0.1', port }];
await serveWeb({
  exporter,
  version: '0.0.0',
  telemetryPath: '/metrics',
  listen,
  sources: () => [],
  logger,
  incidentAccess: 'off',
});

const answer = await exporter.prometheus.render({ accept: 'text/plain', scraper: { name: 'bench' } });
const body = [...answer.body].join('');
const zipped = gzipSync(body);
const bare = createServer((_request, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(zipped));
const barePort = await freePort();
bare.listen(barePort, '127.0.0.1');

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on('message', () => {
  // Whatever held the loop is counted at the next tick of the meter's timer.
  setTimeout(() => {
    process.send?.({ maxMs: delay.max / 1e6, p99Ms: delay.percentile(99) / 1e6 });
    delay.reset();
  }, 5);
});
process.send?.({ port, barePort, textBytes: body.length, zippedBytes: zipped.length, lines: body.split('\n').length });

/** At most 1,000 names, as many as the labels' bounds admit. */
function stop(index: number) {
  const { incident, verdict } = sampleIncident();
  const cause = causes[Math.floor(index / 1000) % causes.length] ?? 'unknown';
  const unit = `application-${index % 1000}.service`;
  const traceId = index.toString(16).padStart(32, '0');
  const sender = { pid: 2, name: index % 2 === 0 ? 'systemctl' : 'pkill', unit: 'ssh.service' };
  return { incident: { ...incident, unit, traceId }, verdict: { ...verdict, cause, sender } };
}
