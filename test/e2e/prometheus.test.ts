import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { promtoolComplaints } from '../sinks/prometheus/promtool.ts';
import { type ServingExporter, startDemo } from './support/exporter.ts';
import { isInstalled } from './support/installed.ts';
import {
  type ExemplarSeries,
  type Labels,
  type Prometheus,
  type Sample,
  type Series,
  startPrometheus,
} from './support/prometheus.ts';
import { loggedTraceIds, recordedStops } from './support/recorded-stops.ts';
import { startTextRelay, type TextRelay } from './support/text-relay.ts';

const jobs = ['openmetrics', 'text'];
const lastValue = ({ values }: Series) => Number(values.at(-1)?.[1]);
const sum = (series: readonly Series[]) => series.reduce((total, one) => total + lastValue(one), 0);

describe.skipIf(!isInstalled('prometheus') || !isInstalled('promtool'))('Prometheus', () => {
  let demo: ServingExporter;
  let relay: TextRelay;
  let prometheus: Prometheus;
  let stops: readonly Series[];
  beforeAll(async () => {
    demo = await startDemo();
    relay = await startTextRelay(demo.base);
    prometheus = await startPrometheus({ openmetrics: new URL(demo.base).host, text: relay.target });
    stops = await prometheus.until(
      'systemd_unit_stops_total[1h]',
      (series) => sum(series) === recordedStops.length * jobs.length,
    );
  }, 45_000);
  afterAll(async () => {
    await prometheus?.[Symbol.asyncDispose]();
    await relay?.[Symbol.asyncDispose]();
    await demo?.[Symbol.asyncDispose]();
  });

  async function sumsBy(label: string, job: string): Promise<Readonly<Record<string, number>>> {
    const query = `sum by (${label}) (systemd_unit_stops_total{job="${job}"})`;
    const { result } = await prometheus.get<{ readonly result: readonly Sample[] }>('query', { query });
    return Object.fromEntries(result.map(({ metric, value }) => [metric[label], Number(value[1])]));
  }

  test.each(jobs)('adds up the recorded stops by cause and by sender (%s)', async (job) => {
    expect(await sumsBy('cause', job)).toEqual(countsOf(recordedStops.map(({ cause }) => cause)));
    expect(await sumsBy('sender', job)).toEqual(countsOf(recordedStops.map(({ sender }) => sender)));
  });

  test.each(jobs)('saw each series at 0 first, so that increase() finds the stop (%s)', (job) => {
    for (const { metric, values } of stops.filter((series) => series.metric['job'] === job)) {
      expect(Number(values[0]?.[1]), JSON.stringify(metric)).toBe(0);
    }
  });

  test('stores exemplars that lead to the traces', async () => {
    const found = await prometheus.get<readonly ExemplarSeries[]>('query_exemplars', {
      query: 'systemd_unit_stops_total',
      start: '0',
      end: String(Date.now() / 1000 + 60),
    });
    const traceIds = loggedTraceIds(demo.process.stdout);
    for (const { seriesLabels, exemplars } of found) {
      expect(seriesLabels['job']).toBe('openmetrics');
      for (const { labels } of exemplars) expect(traceIds).toContain(labels['trace_id']);
    }
    expect(found.map(({ seriesLabels }) => seriesLabels['cause']).toSorted()).toEqual(
      stops
        .filter(({ metric }) => metric['job'] === 'openmetrics')
        .map(({ metric }) => metric['cause'] ?? '')
        .toSorted(),
    );
  });

  test('reads both formats without a complaint', async () => {
    const { activeTargets } = await prometheus.get<{ readonly activeTargets: readonly Labels[] }>('targets');
    expect(activeTargets.map(({ scrapePool, health, lastError }) => [scrapePool, health, lastError])).toEqual(
      expect.arrayContaining(jobs.map((job) => [job, 'up', ''])),
    );
    expect(prometheus.process.stderr).toBe('');
  });

  test('knows type and help of every metric from either format', async () => {
    const metadata =
      await prometheus.get<
        readonly { readonly target: Labels; readonly type: string; readonly help: string; readonly metric: string }[]
      >('targets/metadata');
    const counters = metadata.filter(({ metric, type }) => metric.startsWith('systemd_unit_stops') && type === 'counter');
    expect(counters.map(({ target, metric }) => `${target['job']} ${metric}`).toSorted()).toEqual([
      'openmetrics systemd_unit_stops',
      'text systemd_unit_stops_total',
    ]);
    expect(metadata.filter(({ type, help }) => type === 'unknown' || help === '')).toEqual([]);
  });

  test('promtool finds nothing to improve', async () => {
    expect(promtoolComplaints(await (await fetch(`${demo.base}/metrics`)).text())).toBe('');
  });
});

function countsOf(words: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, { length }]) => [word, length]));
}
