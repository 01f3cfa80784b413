import { afterEach, describe, expect, test } from 'vitest';
import { planSpans } from '../../../src/trace/plan-spans.ts';
import type { Answer, OtlpPost } from './collector.ts';
import { accepted } from './collector.ts';
import { append, type Bench, numbered, startBench } from './sink-bench.ts';

let bench: Bench;
afterEach(() => bench.stop());

const refused = { status: 400, body: 'no such thing' };
const firstId = numbered(0).incident.traceId;

function rejecting(traceId: string, answer: Answer): (post: OtlpPost) => Answer {
  return (post) => (post.traceId === traceId ? answer : accepted);
}

describe('createOtlpSink', () => {
  test('sends an incident as one request with the planned spans, and acknowledges it', async () => {
    bench = await startBench();
    const stop = numbered(0);
    append(bench.log, stop);
    bench.sink.record(stop);
    await bench.collector.received(1);
    await bench.sink.flush();
    const [post] = bench.collector.posts;
    expect(post?.url).toBe('/v1/traces');
    expect(post?.spans.map(({ spanId }) => spanId)).toEqual(planSpans(stop).map(({ spanId }) => spanId));
    expect(new Set(post?.spans.map(({ traceId }) => traceId))).toEqual(new Set([firstId]));
    expect(bench.collector.posts).toHaveLength(1);
    expect(bench.log.unsentTraceCount()).toBe(0);
    expect(bench.told).toMatchObject({ sent: 1, dropped: [], pending: 0, reports: [] });
  });

  test('sends what an earlier run has left, oldest first', async () => {
    bench = await startBench();
    bench.collector.answer(() => ({ status: 500 }));
    const stops = Array.from({ length: 100 }, (_, index) => numbered(index));
    append(bench.log, ...stops);
    await bench.sink.flush();
    bench.collector.answer(() => accepted);
    const before = bench.collector.posts.length;
    await (await bench.restart()).flush();
    const sent = bench.collector.posts.slice(before);
    // What is under way when the first run ends is not acknowledged, and sent again.
    const order = [...new Set(sent.map(({ traceId }) => stops.findIndex(({ incident }) => incident.traceId === traceId)))];
    expect(order.toSorted((one, other) => one - other)).toEqual(stops.map((_, index) => index));
    // Four are in flight at a time: none overtakes more than three.
    for (const [place, index] of order.entries()) expect(index).toBeLessThanOrEqual(place + 3);
    expect(bench.told.sent).toBe(100);
  });

  test.each([
    [429, accepted],
    [500, accepted],
    [503, accepted],
    [401, accepted],
    [404, accepted],
  ])('keeps a trace that was answered with %i for ever, and sends the same again', async (status, later) => {
    bench = await startBench();
    append(bench.log, numbered(0));
    bench.collector.answer(() => ({ status }));
    for (let round = 0; round < 8; round += 1) await bench.sink.flush();
    expect(bench.log.unsentTraceCount()).toBe(1);
    bench.collector.answer(() => later);
    await bench.sink.flush();
    expect(bench.log.unsentTraceCount()).toBe(0);
    const { posts } = bench.collector;
    expect(new Set(posts.map(({ text }) => text)).size).toBe(1);
    expect(bench.told).toMatchObject({ sent: 1, dropped: [], pending: 0 });
    expect(bench.told.reports).toHaveLength(2);
    expect(bench.told.reports[1]).toBe('Traces are being sent again');
  });

  test('keeps a trace while there is no collector at all', async () => {
    bench = await startBench({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    append(bench.log, numbered(0));
    await bench.sink.flush();
    expect(bench.log.unsentTraceCount()).toBe(1);
    expect(bench.told.pending).toBe(1);
    expect(bench.told.reports[0]).toMatch(/^Cannot send traces: .*ECONNREFUSED/);
  });

  test('keeps a trace that the collector does not answer in time', async () => {
    bench = await startBench({ OTEL_EXPORTER_OTLP_TIMEOUT: '50' });
    append(bench.log, numbered(0));
    bench.collector.answer(() => 'never');
    await bench.sink.flush();
    expect(bench.told.reports).toEqual(['Cannot send traces: Request timed out']);
    expect(bench.log.unsentTraceCount()).toBe(1);
  });

  test('tries again by itself, after 1 s and longer with each failure, up to 60 s', async () => {
    bench = await startBench();
    append(bench.log, numbered(0));
    bench.collector.answer(() => ({ status: 500 }));
    for (let round = 0; round < 8; round += 1) await bench.sink.flush();
    expect(bench.delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    bench.collector.answer(() => accepted);
    bench.retry();
    await bench.collector.received(9);
    await bench.sink.flush();
    expect(bench.log.unsentTraceCount()).toBe(0);
    expect(bench.collector.posts).toHaveLength(9);
  });

  test('does not hammer a collector that is away: new incidents wait for the retry', async () => {
    bench = await startBench();
    bench.collector.answer(() => ({ status: 500 }));
    append(bench.log, ...Array.from({ length: 50 }, (_, index) => numbered(index)));
    await bench.sink.flush();
    const tried = bench.collector.posts.length;
    expect(tried).toBeLessThanOrEqual(7);
    for (let index = 50; index < 60; index += 1) {
      append(bench.log, numbered(index));
      bench.sink.record(numbered(index));
    }
    await new Promise(setImmediate);
    expect(bench.collector.posts).toHaveLength(tried);
    expect(bench.delays).toHaveLength(1);
  });

  test.each([
    ['400', refused],
    ['413', { status: 413 }],
    ['a partial success', { status: 200, body: '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}' }],
    ['a partial success in numbers', { status: 200, body: '{"partialSuccess":{"rejectedSpans":3}}' }],
  ])('tries a trace again, however often it gets %s, and holds up no other for it', async (_, answer) => {
    bench = await startBench();
    bench.collector.answer(rejecting(firstId, answer));
    append(bench.log, ...Array.from({ length: 20 }, (__, index) => numbered(index)));
    for (let round = 0; round < 10; round += 1) await bench.sink.flush();
    expect(bench.log.unsentTraces(9).map(({ incident }) => incident.traceId)).toEqual([firstId]);
    expect(bench.told).toMatchObject({ sent: 19, pending: 1, dropped: [] });
    append(bench.log, numbered(20));
    bench.sink.record(numbered(20));
    expect(bench.told.pending).toBe(2);
    await bench.sink.flush();
    expect(bench.told).toMatchObject({ sent: 20, pending: 1 });
    bench.collector.answer(() => accepted);
    await (await bench.restart()).flush();
    expect(bench.told).toMatchObject({ sent: 21, pending: 0, dropped: [] });
  });

  test('knows which of several answers at once was a partial success', async () => {
    bench = await startBench();
    const partial = { status: 200, body: '{"partialSuccess":{"rejectedSpans":"1"}}' };
    const unwanted = new Set([1, 4, 5, 11].map((index) => numbered(index).incident.traceId));
    bench.collector.answer(({ traceId }) => (unwanted.has(traceId) ? partial : accepted));
    append(bench.log, ...Array.from({ length: 16 }, (_, index) => numbered(index)));
    await bench.sink.flush();
    expect(new Set(bench.log.unsentTraces(99).map(({ incident }) => incident.traceId))).toEqual(unwanted);
  });

  test.each(['', '{}', '{"partialSuccess":{}}', '{"partialSuccess":{"rejectedSpans":"0","errorMessage":"advice"}}'])(
    'takes 200 with %j for success',
    async (body) => {
      bench = await startBench();
      bench.collector.answer(() => ({ status: 200, body }));
      append(bench.log, numbered(0));
      await bench.sink.flush();
      expect(bench.log.unsentTraceCount()).toBe(0);
    },
  );

  test.each(['always_off', 'parentbased_always_off', 'traceidratio'])(
    'does not send what %s samples out, and counts it',
    async (sampler) => {
      bench = await startBench({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: '0' });
      append(bench.log, numbered(0));
      await bench.sink.flush();
      expect(bench.collector.posts).toEqual([]);
      expect(bench.log.unsentTraceCount()).toBe(0);
      expect(bench.told).toMatchObject({ sent: 0, dropped: ['sampled'], pending: 0 });
    },
  );

  test('samples by trace id: whole traces, and always the same ones', async () => {
    bench = await startBench({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' });
    const stops = Array.from({ length: 40 }, (_, index) => numbered(index));
    append(bench.log, ...stops);
    await bench.sink.flush();
    expect(bench.told.sent + bench.told.dropped.length).toBe(40);
    expect(bench.told.sent).toBeGreaterThan(5);
    expect(bench.told.dropped.length).toBeGreaterThan(5);
    for (const { traceId, spans } of bench.collector.posts) {
      const stop = stops.find(({ incident }) => incident.traceId === traceId);
      expect(spans).toHaveLength(stop === undefined ? 0 : planSpans(stop).length);
    }
  });

  test('honours headers and compression of the environment', async () => {
    bench = await startBench({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' });
    append(bench.log, numbered(0));
    await bench.sink.flush();
    expect(bench.collector.posts[0]?.headers).toMatchObject({ authorization: 'Bearer x', 'content-encoding': 'gzip' });
  });

  test('does not start where the SDK is disabled, rather than lose traces unseen', async () => {
    bench = await startBench();
    process.env['OTEL_SDK_DISABLED'] = 'true';
    await expect(bench.restart()).rejects.toThrow('Cannot start OpenTelemetry');
  });

  test('reports a log that cannot be read, and lives on', async () => {
    bench = await startBench();
    bench.log.close();
    bench.sink.record(numbered(0));
    await bench.sink.flush();
    expect(bench.told.reports[0]).toMatch(/^Cannot read pending traces: /);
  });

  test('delivers what is pending when it shuts down, twice without harm', async () => {
    bench = await startBench();
    append(bench.log, ...Array.from({ length: 10 }, (_, index) => numbered(index)));
    await Promise.all([bench.sink.shutdown(), bench.sink.shutdown()]);
    expect(bench.log.unsentTraceCount()).toBe(0);
    await bench.sink.shutdown();
    bench.sink.record(numbered(0));
    expect(bench.collector.posts).toHaveLength(10);
  });

  test('makes its last attempt a short one, so that the retries of the SDK do not outlive it', async () => {
    bench = await startBench({ OTEL_EXPORTER_OTLP_TIMEOUT: '120000' });
    bench.collector.answer(() => ({ status: 503 }));
    append(bench.log, numbered(0));
    await bench.sink.shutdown();
    expect(bench.told.reports).toEqual(['Cannot send traces: Export failed with retryable status']);
    expect(bench.log.unsentTraceCount()).toBe(1);
  });

  test('gives up what cannot be drawn, and goes on', async () => {
    bench = await startBench();
    const { incident, verdict } = numbered(0);
    append(bench.log, { incident, verdict: { ...verdict, cause: 'of a later version' as 'unknown' } }, numbered(1));
    for (let round = 0; round < 5; round += 1) await bench.sink.flush();
    expect(bench.told).toMatchObject({ sent: 1, dropped: ['undrawable'], pending: 0 });
  });

  test('shuts down within its deadline while a request is in flight, and leaves the log alone after', async () => {
    bench = await startBench({ OTEL_EXPORTER_OTLP_TIMEOUT: '120000' });
    bench.collector.answer(() => 'never');
    append(bench.log, numbered(0));
    bench.sink.record(numbered(0));
    await bench.collector.received(1);
    // The request alone would take longer than a test may.
    await bench.sink.shutdown();
    bench.log.close();
    await bench.collector.close();
    await new Promise(setImmediate);
    expect(bench.told.reports).toEqual([]);
  });
});
