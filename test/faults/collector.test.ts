import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { isInstalled } from '../e2e/support/installed.ts';
import { startJaeger } from '../e2e/support/jaeger.ts';
import { freePort } from '../support/free-port.ts';
import { waitUntil } from '../support/wait-until.ts';
import { fastClock } from './support/fake-clock.ts';
import { unitNames } from './support/record-feed.ts';
import { report } from './support/report.ts';
import { type Answer, accepts } from './support/scripted-collector.ts';
import { Subject } from './support/subject.ts';

/** The collector answers so for the first seconds of ten stops, over a restart, and then as it should. */
async function troubled(decide: (traceId: string) => Answer, requests: number): Promise<Subject> {
  // One attempt is one request: the SDK's own first retry comes after 0.8 s.
  const subject = await Subject.start({ environment: { OTEL_EXPORTER_OTLP_TIMEOUT: '700' } });
  subject.collector.answer(({ traceId }) => decide(traceId));
  subject.feed.stop(...unitNames('before', 5));
  await subject.counted();
  await subject.restart('SIGTERM');
  subject.feed.stop(...unitNames('after', 5));
  await subject.counted();
  await waitUntil(() => subject.collector.requests > requests, { timeout: 120_000, interval: 100 });
  subject.collector.answer(() => accepts);
  return subject;
}

test.concurrent('500', async () => {
  await using subject = await troubled(() => ({ kind: 'refuses', status: 500 }), 8);
  report('collector-500', subject.feed.done, await subject.outcome());
});

test.concurrent('429', async () => {
  await using subject = await troubled(() => ({ kind: 'refuses', status: 429, headers: { 'Retry-After': '1' } }), 8);
  report('collector-429', subject.feed.done, await subject.outcome());
});

test.concurrent('slow', async () => {
  await using subject = await troubled(() => ({ kind: 'accepts', afterMs: 1500 }), 8);
  report('collector-slow', subject.feed.done, await subject.outcome());
});

test.concurrent('half', async () => {
  await using subject = await troubled((traceId) => (/[0-7]$/.test(traceId) ? { kind: 'rejects' } : accepts), 14);
  report('collector-half', subject.feed.done, await subject.outcome());
  expect(await subject.metric('systemd_stop_exporter_traces_dropped_total', 'reason')).toEqual(
    new Map([
      ['retention', 0],
      ['sampled', 0],
      ['undrawable', 0],
    ]),
  );
});

test.concurrent('away for an hour', async () => {
  // A minute of the exporter's is a second of ours.
  await using subject = await Subject.start({ environment: { ...fastClock(60), OTEL_EXPORTER_OTLP_TIMEOUT: '50000' } });
  await subject.collector.down();
  for (const half of ['first', 'second']) {
    subject.feed.stop(...unitNames(half, 20));
    await subject.counted();
    await delay(30_000);
    await subject.restart('SIGTERM');
  }
  await subject.collector.up();
  report('collector-hour', subject.feed.done, await subject.outcome());
});

describe.skipIf(!isInstalled('jaeger'))('Jaeger', () => {
  test.concurrent('not there, started, killed and started again', async () => {
    const port = await freePort();
    await using subject = await Subject.start({ environment: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` } });
    const found = new Map<string, string>();
    for (const group of ['first', 'second']) {
      subject.feed.stop(...unitNames(group, 10));
      await subject.counted();
      await using jaeger = await startJaeger(port);
      // It keeps traces in memory: what it had is gone with it.
      const look = async (): Promise<boolean> => {
        for (const { trace_id, unit } of await subject.incidents())
          if (!found.has(trace_id) && (await jaeger.traces(trace_id)).length === 1) found.set(trace_id, unit);
        return found.size === subject.feed.done.size;
      };
      await waitUntil(look, { timeout: 120_000, interval: 500 });
    }
    report('collector-jaeger', subject.feed.done, await subject.outcome(found));
  });
});
