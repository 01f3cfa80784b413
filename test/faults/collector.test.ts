import { expect, test } from 'vitest';
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
  await expect.poll(() => subject.collector.requests, { timeout: 60_000 }).toBeGreaterThan(requests);
  subject.collector.answer(() => accepts);
  return subject;
}

test('500', async () => {
  await using subject = await troubled(() => ({ kind: 'refuses', status: 500 }), 8);
  report('collector-500', subject.feed.done, await subject.outcome());
});

test('429', async () => {
  await using subject = await troubled(() => ({ kind: 'refuses', status: 429, headers: { 'Retry-After': '1' } }), 8);
  report('collector-429', subject.feed.done, await subject.outcome());
});

test('slow', async () => {
  await using subject = await troubled(() => ({ kind: 'accepts', afterMs: 1500 }), 8);
  report('collector-slow', subject.feed.done, await subject.outcome());
});

test('half', async () => {
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
