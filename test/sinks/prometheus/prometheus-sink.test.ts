import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IncidentLog } from '../../../src/incident-log/incident-log.ts';
import { openIncidentLog } from '../../../src/incident-log/sqlite-incident-log.ts';
import { causes } from '../../../src/model/cause.ts';
import type { ClassifiedIncident } from '../../../src/model/incident.ts';
import {
  createPrometheusSink,
  type PrometheusSink,
  type PrometheusSinkOptions,
} from '../../../src/sinks/prometheus/prometheus-sink.ts';
import { createProcessMetrics } from '../../../src/telemetry/process-metrics.ts';
import { createTelemetry } from '../../../src/telemetry/telemetry.ts';
import { generous, numberedIncident } from '../../incident-log/numbered-incident.ts';
import { parseExposition } from './parse-exposition.ts';
import { canCheck, promtoolComplaints } from './promtool.ts';

const openmetrics = 'application/openmetrics-text;version=1.0.0';
const start = 1_800_000_000_000_000;

function createSink(options: Partial<PrometheusSinkOptions> = {}): PrometheusSink {
  return createPrometheusSink({ now: () => start, ...options });
}

/** What the pipeline does with each incident. */
function deliver(sink: PrometheusSink, log: IncidentLog, incident: ClassifiedIncident): void {
  if (log.append(incident, sink.labelsOf(incident))) sink.record(incident);
}

async function scrape(sink: PrometheusSink, name = 'prometheus', accept = openmetrics) {
  const answer = await sink.render({ accept, scraper: { name } });
  const body = [...answer.body].join('');
  const { samples } = parseExposition(body, accept === openmetrics);
  const find = (metric: string, labels: Record<string, string>) =>
    samples.find(
      (sample) => sample.name === metric && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    );
  return {
    body,
    samples,
    find,
    value: (metric: string, labels: Record<string, string> = {}) => find(metric, labels)?.value,
  };
}

const aService = numberedIncident(1, { incident: { unit: 'a.service' } });
const stops = 'systemd_unit_stops_total';

describe('a scrape', () => {
  test('shows every stop before it, whoever scraped in which format in between', async () => {
    const sink = createSink();
    const counts = new Map<string, number>();
    const stop = (number: number) => {
      const unit = `unit-${(number * 37) % 100}.service`;
      sink.record(numberedIncident(number, { incident: { unit } }));
      counts.set(unit, (counts.get(unit) ?? 0) + 1);
    };
    for (let number = 0; number < 100; number++) stop(number);
    for (const name of ['a', 'b']) await scrape(sink, name);
    for (let number = 100; number < 400; number++) {
      stop(number);
      if (number % 7 < 5) continue;
      const { samples } = await scrape(sink, number % 2 === 0 ? 'a' : 'b', number % 3 === 0 ? 'text/plain' : openmetrics);
      const shown = samples.filter((sample) => sample.name === stops);
      expect(new Map(shown.map(({ labels, value }) => [labels['name'], value]))).toEqual(counts);
    }
  });

  test('shows the moment in which it was asked for, also where it is read later', async () => {
    const sink = createSink();
    const scraper = { name: 'a' };
    sink.record(aService);
    await scrape(sink, 'a');
    const first = await sink.render({ accept: openmetrics, scraper });
    sink.record(numberedIncident(2, { incident: { unit: 'a.service' } }));
    const second = await scrape(sink, 'a');
    const { samples } = parseExposition([...first.body].join(''), true);
    expect(samples.find(({ name }) => name === stops)?.value).toBe(1);
    expect(second.value(stops)).toBe(2);
    expect((await scrape(sink, 'a')).value(stops)).toBe(2);
  });
});

describe('a new label set', () => {
  test('shows 0 once and then its value, while the counter by cause tells at once', async () => {
    const sink = createSink();
    sink.record(aService);
    const [first, second] = [await scrape(sink), await scrape(sink)];
    expect(first.value(stops, { name: 'a.service' })).toBe(0);
    expect(first.value('systemd_stop_exporter_stops_total', { cause: 'requested' })).toBe(1);
    expect(first.value('systemd_unit_last_stop_timestamp_seconds', { name: 'a.service' })).toBe(1_700_000_001);
    expect(second.value(stops, { name: 'a.service' })).toBe(1);
    sink.record(numberedIncident(2, { incident: { unit: 'a.service' } }));
    expect((await scrape(sink)).value(stops, { name: 'a.service' })).toBe(2);
  });

  test('shows 0 to each of two scrapers, however seldom one of them comes', async () => {
    let now = start;
    const sink = createSink({ now: () => now });
    for (const name of ['often', 'seldom']) await scrape(sink, name);
    sink.record(aService);
    const often: (number | undefined)[] = [];
    for (let round = 0; round < 4; round++) {
      now += 15_000_000;
      often.push((await scrape(sink, 'often')).value(stops));
    }
    now += 3_600_000_000;
    const seldom = [await scrape(sink, 'seldom'), await scrape(sink, 'seldom')].map(({ value }) => value(stops));
    expect(often).toEqual([0, 1, 1, 1]);
    expect(seldom).toEqual([0, 1]);
  });

  test('shows its value at once to a scraper never met before, after the hold time', async () => {
    let now = start;
    const sink = createSink({ now: () => now, holdMs: 120_000 });
    sink.record(aService);
    now += 119_999_999;
    expect((await scrape(sink, 'early')).value(stops)).toBe(0);
    now += 1;
    expect((await scrape(sink, 'late')).value(stops)).toBe(1);
  });

  test('has no exemplar before it has a value, and the trace of its last stop after', async () => {
    const sink = createSink();
    sink.record(aService);
    expect((await scrape(sink)).find(stops, {})?.exemplar).toBeUndefined();
    expect((await scrape(sink)).find(stops, {})?.exemplar).toEqual({
      labels: { trace_id: aService.incident.traceId },
      value: 1,
      at: 1_700_000_001,
    });
  });
});

describe('from the start', () => {
  test('every cause is at 0, as a counter and as a histogram', async () => {
    const { value } = await scrape(createSink());
    for (const cause of causes) {
      expect(value('systemd_stop_exporter_stops_total', { cause })).toBe(0);
      expect(value('systemd_unit_stop_duration_seconds_count', { cause })).toBe(0);
    }
    for (const missing of ['cause', 'sender']) {
      expect(value('systemd_stop_exporter_unattributed_stops_total', { missing })).toBe(0);
    }
    for (const label of ['name', 'sender', 'sender_unit']) {
      expect(value('systemd_stop_exporter_labels_folded_total', { label })).toBe(0);
    }
  });
});

describe('what is not known', () => {
  test('is counted: no cause, no sender; a service that ended by itself lacks none', async () => {
    const sink = createSink();
    const { sender: _, ...verdict } = numberedIncident(1).verdict;
    sink.record({ ...numberedIncident(1), verdict: { ...verdict, cause: 'unknown' } });
    sink.record({ ...numberedIncident(2), verdict: { ...verdict, cause: 'exited', endedByItself: true } });
    const { value } = await scrape(sink);
    expect(value('systemd_stop_exporter_unattributed_stops_total', { missing: 'cause' })).toBe(1);
    expect(value('systemd_stop_exporter_unattributed_stops_total', { missing: 'sender' })).toBe(1);
  });
});

describe('durations', () => {
  test('are counted in the buckets of their cause', async () => {
    const sink = createSink();
    sink.record(numberedIncident(1));
    sink.record(numberedIncident(2, { incident: { timeBasis: 'read' } }));
    const { samples, value } = await scrape(sink);
    const buckets = samples.filter(
      ({ name, labels }) => name === 'systemd_unit_stop_duration_seconds_bucket' && labels['cause'] === 'requested',
    );
    expect(buckets.map(({ labels, value: count }) => [labels['le'], count]).slice(3, 7)).toEqual([
      ['0.5', 0],
      ['1.0', 0],
      ['5.0', 1],
      ['10.0', 1],
    ]);
    expect(buckets.at(-1)).toMatchObject({ labels: { le: '+Inf' }, value: 1 });
    expect(value('systemd_unit_stop_duration_seconds_sum', { cause: 'requested' })).toBe(2);
  });
});

describe('a restart', () => {
  test('restores every counter exactly, and shows no value at 0 again', async () => {
    const log = openIncidentLog({ retention: generous, now: () => start });
    const views = { load: () => log.position('prometheus'), save: (text: string) => log.setPosition('prometheus', text) };
    const before = createSink({ views });
    for (let number = 0; number < 200; number++) {
      const unit = `unit-${number % 11}.service`;
      const cause = causes[number % causes.length] ?? 'unknown';
      deliver(before, log, numberedIncident(number, { incident: { unit }, verdict: { cause } }));
      deliver(before, log, numberedIncident(number, { incident: { unit }, verdict: { cause } }));
    }
    await scrape(before);
    const expected = await scrape(before);
    await before.shutdown();
    const after = createSink({ views });
    after.restore(log.stopCounts(), log.durationCounts());
    expect((await scrape(after)).body).toBe(expected.body);
    expect(expected.samples.filter(({ name }) => name === stops).reduce((sum, { value }) => sum + value, 0)).toBe(200);
  });

  test('shows 0 first where nobody had seen it before the crash', async () => {
    const log = openIncidentLog({ retention: generous, now: () => start });
    const views = { load: () => log.position('prometheus'), save: (text: string) => log.setPosition('prometheus', text) };
    const before = createSink({ views });
    await scrape(before);
    await before.shutdown();
    deliver(before, log, aService);
    const after = createSink({ views, now: () => start + 3_600_000_000 });
    after.restore(log.stopCounts(), log.durationCounts());
    const seen = [await scrape(after), await scrape(after)].map(({ value }) => value(stops));
    expect(seen).toEqual([0, 1]);
  });

  test('saves what was seen by itself, soon after the scrape', async () => {
    const saved: string[] = [];
    const sink = createSink({ views: { load: () => undefined, save: (text) => saved.push(text) } });
    sink.record(aService);
    await scrape(sink);
    expect(saved).toEqual([]);
    await new Promise(setImmediate);
    expect(saved).toEqual(['[["prometheus",1,0]]']);
  });

  test('a disk that takes nothing is told of and stops no scrape', async () => {
    const errors: unknown[] = [];
    const full = new Error('the disk is full');
    const save = () => {
      throw full;
    };
    const sink = createSink({ views: { load: () => undefined, save }, onError: (error) => errors.push(error) });
    sink.record(aService);
    const seen = [await scrape(sink), await scrape(sink)].map(({ value }) => value(stops));
    await sink.shutdown();
    expect(seen).toEqual([0, 1]);
    expect(errors).toEqual([full]);
  });

  test('with lower limits keeps the names that stopped last, and loses no stop', async () => {
    const log = openIncidentLog({ retention: generous, now: () => start });
    const before = createSink();
    for (let number = 0; number < 50; number++) {
      deliver(before, log, numberedIncident(number, { incident: { unit: `u${number}.service` } }));
    }
    const after = createSink({
      now: () => start + 3_600_000_000,
      limits: { names: 10, senders: 10, senderUnits: 10, series: 100 },
    });
    after.restore(log.stopCounts(), log.durationCounts());
    const { samples, value } = await scrape(after);
    expect(value(stops, { name: 'u49.service' })).toBe(1);
    expect(value(stops, { name: 'other' })).toBe(40);
    expect(value('systemd_stop_exporter_labels_folded_total', { label: 'name' })).toBe(40);
    expect(samples.filter(({ name }) => name === stops)).toHaveLength(11);
  });
});

describe('exposition', () => {
  function everything(): PrometheusSink {
    const telemetry = createTelemetry({ version: '0.1.0', sources: ['dbus', 'stap', 'tracefs', 'pstree', 'journal', 'proc'] });
    const sink = createSink({ sources: [telemetry.registry, processMetrics] });
    const hostile = 'x"\\\n\u0000\u202e<script>{}#,=';
    sink.record(aService);
    sink.record(
      numberedIncident(2, { incident: { unit: `${hostile}.service` }, verdict: { sender: { pid: 2, name: hostile } } }),
    );
    return sink;
  }
  const processMetrics = createProcessMetrics();

  test('has the content type of the format that was asked for', async () => {
    const sink = everything();
    const types = await Promise.all(
      [openmetrics, 'text/plain', undefined].map((accept) => sink.render({ accept, scraper: { name: 'x' } })),
    );
    expect(types.map(({ contentType }) => contentType)).toEqual([
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
      'text/plain; version=0.0.4; charset=utf-8',
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
  });

  test('the two formats say the same', async () => {
    await processMetrics.sample(0);
    const sink = everything();
    await scrape(sink);
    const [rich, plain] = [await scrape(sink), await scrape(sink, 'prometheus', 'text/plain')];
    const withoutCreated = rich.samples.filter(({ name }) => !name.endsWith('_created'));
    const comparable = ({ name, labels, value }: (typeof plain.samples)[number]) => {
      const { le, ...rest } = labels;
      return { name, value, labels: le === undefined ? rest : { ...rest, le: String(Number(le.replace('Inf', 'Infinity'))) } };
    };
    expect(withoutCreated.map(comparable)).toEqual(plain.samples.map(comparable));
    expect(rich.samples.length).toBeGreaterThan(plain.samples.length);
  });

  test('every counter and histogram has a created time in OpenMetrics', async () => {
    await processMetrics.sample(0);
    const { body, samples } = await scrape(everything());
    const { types } = parseExposition(body, true);
    for (const [family, type] of Object.entries(types)) {
      const one = type === 'gauge' ? family : `${family}_created`;
      if (samples.some(({ name }) => name.startsWith(family))) expect(samples.map(({ name }) => name)).toContain(one);
    }
  });

  test('the names of the metrics are those that are published', async () => {
    const { body } = await scrape(everything(), 'x', 'text/plain');
    const names = Object.keys(parseExposition(body, false).types).sort();
    expect(names.filter((name) => name.startsWith('systemd_'))).toEqual([
      'systemd_stop_exporter_build_info',
      'systemd_stop_exporter_call_path_unrecognised_total',
      'systemd_stop_exporter_evidence_discarded_total',
      'systemd_stop_exporter_evidence_total',
      'systemd_stop_exporter_incident_log_failures_total',
      'systemd_stop_exporter_incidents_late_evidence_total',
      'systemd_stop_exporter_incidents_repeated_total',
      'systemd_stop_exporter_incidents_waiting',
      'systemd_stop_exporter_labels_folded_total',
      'systemd_stop_exporter_source_degraded',
      'systemd_stop_exporter_source_up',
      'systemd_stop_exporter_stops_total',
      'systemd_stop_exporter_traces_dropped_total',
      'systemd_stop_exporter_traces_pending',
      'systemd_stop_exporter_traces_sent_total',
      'systemd_stop_exporter_unattributed_stops_total',
      'systemd_unit_last_stop_timestamp_seconds',
      'systemd_unit_stop_duration_seconds',
      'systemd_unit_stops_total',
    ]);
  });

  test.skipIf(!canCheck)('promtool has nothing to say', async () => {
    await processMetrics.sample(0);
    const sink = everything();
    await scrape(sink);
    expect(promtoolComplaints((await scrape(sink, 'prometheus', 'text/plain')).body)).toBe('');
  });
});

describe('hostile names', () => {
  test('50,000 invented units and senders stay below 10 MB', async () => {
    const sink = createSink();
    const long = 'long-name-of-a-unit-that-somebody-invented'.repeat(2);
    for (let number = 0; number < 50_000; number++) {
      const sender = { pid: 2, name: `s${number % 5000}`, unit: `${long}-${number % 7000}.service` };
      sink.record(numberedIncident(number, { incident: { unit: `${long}-${number}.service` }, verdict: { sender } }));
    }
    await scrape(sink);
    const { body, samples } = await scrape(sink);
    const bytes = Buffer.byteLength(body);
    console.log(`/metrics of 50,000 invented units and 5,000 senders: ${samples.length} samples, ${bytes} bytes`);
    expect(bytes).toBeLessThan(10_000_000);
    expect(samples.filter(({ name }) => name === stops).reduce((sum, { value }) => sum + value, 0)).toBe(50_000);
  });

  test('whatever a unit or a sender is called, a scraper reads one label set for it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), async (unit, name) => {
        const sink = createSink();
        const incident = numberedIncident(1, { incident: { unit }, verdict: { sender: { pid: 2, name, unit: name } } });
        sink.record(incident);
        const { samples } = await scrape(sink);
        expect(samples.filter((sample) => sample.name === stops).map(({ labels }) => labels)).toEqual([sink.labelsOf(incident)]);
      }),
      { numRuns: 200 },
    );
  });

  test('labels that look like two labels are not one series with another', async () => {
    const sink = createSink();
    const named = (name: string, unit: string) => numberedIncident(1, { verdict: { sender: { pid: 2, name, unit } } });
    sink.record(named('x,sender_unit:y', 'z'));
    sink.record(named('x', 'y,sender_unit:z'));
    const { samples } = await scrape(sink);
    expect(samples.filter(({ name }) => name === stops)).toHaveLength(2);
  });
});
