import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServe } from '../e2e/support/exporter.ts';
import { isInstalled } from '../e2e/support/installed.ts';
import { type ExemplarSeries, type Labels, type Prometheus, type Series, startPrometheus } from '../e2e/support/prometheus.ts';
import { startPrometheusAgent } from '../e2e/support/prometheus-agent.ts';
import { recordsOfStops } from '../e2e/support/records.ts';
import { servedIncidents, stopsCounted } from '../e2e/support/served.ts';
import { layWire } from '../e2e/support/wire.ts';
import { type Stop, stopOf } from '../grafana/numbers/stop.ts';
import { countBy, seriesName } from '../grafana/numbers/truth.ts';
import { parseExposition } from '../sinks/prometheus/parse-exposition.ts';
import { waitUntil } from '../support/wait-until.ts';

const units = ['nginx.service', 'web.service', 'nginx.service', 'db.service'];
const patience = { timeout: 25_000, interval: 100 };

describe.skipIf(!isInstalled('prometheus'))(
  'the Prometheus agent with our file, whose receiver was away while stops came',
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'remote-write-'));
    const parts = new AsyncDisposableStack();
    let receiver: Prometheus;
    let base = '';
    let stops: readonly Stop[] = [];
    let counters: readonly Series[] = [];
    /** In seconds. */
    let [cutAt, mendedAt] = [0, 0];

    beforeAll(async () => {
      parts.defer(() => rmSync(directory, { recursive: true }));
      const log = join(directory, 'records.log');
      writeFileSync(log, '');
      const exporter = parts.use(await startServe(['--source.stap.log', log]));
      base = exporter.base;
      const instance = new URL(base).host;
      receiver = parts.use(await startPrometheus({}));
      const wire = parts.use(await layWire(receiver.target));
      const groups = [{ targets: [instance] }];
      const options = { groups, receiver: wire.address, scrapeInterval: '1s', directory: join(directory, 'agent') };
      const agent = parts.use(await startPrometheusAgent(options));
      await receiver.until('systemd_stop_exporter_build_info', ({ length }) => length === 1);

      wire.cut();
      cutAt = Date.now() / 1000;
      appendFileSync(log, recordsOfStops(units));
      await stopsCounted(base, units.length);
      stops = (await servedIncidents(base)).map((incident) => stopOf(incident, instance));
      const scrapes = () => agent.total('prometheus_target_interval_length_seconds_count');
      const before = await scrapes();
      await waitUntil(async () => (await scrapes()) >= before + 3, patience);
      mendedAt = Date.now() / 1000;
      wire.mend();
      counters = await receiver.until('systemd_unit_stops_total[1h]', (series) => sum(series) === units.length);
    }, 90_000);
    afterAll(() => parts.disposeAsync());

    test('sends on what the exporter saw, with the name of the site', () => {
      const counted = counters.map(({ metric: { __name__, job, type, cluster, ...labels }, values }) => {
        expect({ job, type, cluster }).toEqual({ job: 'systemd-stop-exporter', type: 'service', cluster: 'example' });
        return [seriesName(labels), lastValue(values)];
      });
      expect(stops).toHaveLength(units.length);
      expect(Object.fromEntries(counted)).toEqual(countBy(stops, 'instance', 'name', 'cause', 'sender', 'sender_unit'));
    });

    test('keeps the births of series, which its receiver did not see: increase() finds every stop', () => {
      for (const { metric, values } of counters) {
        const name = JSON.stringify(metric);
        expect(Number(values[0]?.[1]), name).toBe(0);
        const whileAway = values.filter(([at]) => at > cutAt && at < mendedAt);
        expect(new Set(whileAway.map(([, value]) => Number(value))), name).toEqual(new Set([0, lastValue(values)]));
      }
    });

    test('sends on every series but those of Node and of its process', async () => {
      const sent = await receiver.series('{job="systemd-stop-exporter"}');
      const ofScrapes = /^(?:up$|scrape_)/;
      const received = sent.map(({ metric }) => metric).filter(({ __name__ = '' }) => !ofScrapes.test(__name__));
      const answer = await fetch(`${base}/metrics`, { headers: { Accept: 'application/openmetrics-text;version=1.0.0' } });
      const { samples } = parseExposition(await answer.text(), true);
      const served = samples.map(({ name, labels }) => ({ __name__: name, ...labels }));
      const ofNode = ({ __name__ = '' }: Labels) => /^(?:nodejs|process)_/.test(__name__);
      expect(served.filter(ofNode).length).toBeGreaterThan(15);
      expect(received.map(ownName).toSorted()).toEqual(
        served
          .filter((labels) => !ofNode(labels))
          .map(ownName)
          .toSorted(),
      );
    });

    test('sends on the exemplars, which lead to the traces of these stops', async () => {
      const range = { start: '0', end: String(Date.now() / 1000 + 60) };
      const found = await receiver.get<readonly ExemplarSeries[]>('query_exemplars', {
        query: 'systemd_unit_stops_total',
        ...range,
      });
      expect(found.map(({ seriesLabels }) => seriesLabels['name']).toSorted()).toEqual([...new Set(units)].toSorted());
      const traceIds = found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels['trace_id']));
      expect(stops.map(({ traceId }) => traceId)).toEqual(expect.arrayContaining(traceIds));
    });
  },
);

function lastValue(values: Series['values']): number {
  return Number(values.at(-1)?.[1]);
}

function sum(series: readonly Series[]): number {
  return series.reduce((total, { values }) => total + lastValue(values), 0);
}

/** Without the labels that a scrape and a site add. */
function ownName({ instance, job, cluster, ...labels }: Labels): string {
  return seriesName(labels);
}
