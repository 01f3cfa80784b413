// npm run scale [-- --hosts 1000 --seconds 120 --traces 2000]: as many exporters' series and traces into a real
// Prometheus and a real Collector (.ci/install), to check what docs/scale.md calculates with. Not a test: it measures.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { planSpans } from '../../src/trace/plan-spans.ts';
import { openFleetExporter, renderAtValue, samplesIn, samplesOfNodeIn, serveFleet } from './exporter-fleet.ts';
import { onHost, recordedIncidents } from './incident-pool.ts';
import { loadOf, type ScaleConstants } from './model.ts';
import { sendSamples } from './remote-write.ts';
import { scrapeFleet } from './scrape-fleet.ts';
import { sendTraces } from './send-traces.ts';

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '120' },
    traces: { type: 'string', default: '2000' },
  },
});
const [hosts, seconds, traces] = [Number(values.hosts), Number(values.seconds), Number(values.traces)];
const combinations = 40;
const intervalSeconds = 30;

const pool = await recordedIncidents('debian-bookworm-');
// A probe adds the call path and the ancestry: the largest traces there are.
const probed = (await recordedIncidents('')).filter(({ verdict }) => verdict.callPath.length > 0);
const baseSeries = await seriesOf([]);
const seriesOfNode = await seriesOf([], samplesOfNodeIn);
const causes = new Map(pool.map((one) => [one.verdict.cause, one]));
const seriesPerCombination = ((await seriesOf([...causes.values()])) - baseSeries) / causes.size;

const directory = mkdtempSync(join(tmpdir(), 'scale-'));
try {
  const scraped = await scrape();
  const written = await remoteWrite();
  const sent = await sendTraces(
    Array.from({ length: traces }, (_, index) => onHost(probed[index % probed.length] as never, index % hosts)),
    directory,
  );
  const constants: ScaleConstants = {
    baseSeries,
    seriesPerCombination,
    seriesOfNode,
    bytesPerSampleSent: written.bytesPerSample,
    spansPerStop: sent.spans / traces,
    bytesPerStop: sent.bytesIn / traces,
    batchedBytesPerStop: sent.bytesOut / traces,
  };
  const expected = loadOf(
    {
      hosts,
      stopsPerHostAndDay: 0,
      combinationsPerHost: combinations,
      scrapeIntervalSeconds: intervalSeconds,
    },
    constants,
  );
  console.log(`recorded stops to choose from     ${pool.length}; ${probed.length} of all with a call path`);
  console.log(`spans of a stop, all of Debian 12  ${round(spansOf(pool) / pool.length)}`);
  for (const [name, value] of Object.entries(constants)) console.log(`${name.padEnd(33)} ${round(value)}`);
  console.log(`\n${hosts} exporters, ${combinations} names and causes each, scraped every ${intervalSeconds} s`);
  row('series of an exporter', expected.seriesPerHost, scraped.seriesPerTarget);
  row('series in the head', expected.series, scraped.headSeries);
  row('samples a second', expected.samplesPerSecond, scraped.samplesPerSecond);
  console.log(`targets up                        ${scraped.up}`);
  console.log(`bytes of a scrape                 ${round(scraped.bytesPerScrape)}`);
  console.log(`scrape takes, at the median       ${round(scraped.scrapeSeconds * 1000)} ms`);
  console.log(
    `Prometheus: memory                ${round(scraped.memory / 2 ** 20)} MiB, ${round(scraped.memory / scraped.headSeries)} bytes a series`,
  );
  console.log(`Prometheus: CPU                   ${round(scraped.cpuSeconds / scraped.seconds)} cores`);
  console.log(`\nThe same by a Prometheus agent, by remote write`);
  row('samples a second, sent on', expected.samplesPerSecondSent, written.sentPerSecond);
  row('bytes a second', expected.bytesPerSecondSent, written.sentPerSecond * written.bytesPerSample);
  console.log(`samples a second, scraped         ${round(written.scrapedPerSecond)}; not sent on by error: ${written.failed}`);
  console.log(`agent: memory                     ${round(written.memory / 2 ** 20)} MiB`);
  console.log(`agent: CPU                        ${round(written.cores)} cores`);
  console.log(`\n${traces} stops as traces through the Collector`);
  row('spans', sent.spans, sent.spansHandedOn);
  console.log(`Collector: rate                   ${round(sent.spans / sent.seconds)} spans a second`);
  console.log(`Collector: CPU                    ${round((sent.cpuSeconds / sent.spans) * 1e6)} µs a span`);
  console.log(`Collector: memory                 ${round(sent.memory / 2 ** 20)} MiB`);
} finally {
  rmSync(directory, { recursive: true });
}

async function scrape() {
  await using fleet = await serveFleet(pool, combinations);
  return await scrapeFleet({ fleet, hosts, seconds, intervalSeconds, directory });
}

async function remoteWrite() {
  await using fleet = await serveFleet(pool, combinations);
  return await sendSamples({ fleet, hosts, seconds, intervalSeconds, directory });
}

async function seriesOf(incidents: readonly (typeof pool)[number][], count = samplesIn): Promise<number> {
  const exporter = openFleetExporter();
  try {
    for (const incident of incidents) exporter.deliver([onHost(incident, 1)]);
    return count((await renderAtValue(exporter)).body);
  } finally {
    await exporter.close();
  }
}

function spansOf(incidents: readonly (typeof pool)[number][]): number {
  return incidents.reduce((sum, incident) => sum + planSpans(incident).length, 0);
}

function row(name: string, expected: number, measured: number): void {
  console.log(`${name.padEnd(33)} ${round(measured)} (the model: ${round(expected)})`);
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
