import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ClassifiedIncident } from '../../src/model/incident.ts';
import { otlpJson } from '../../src/trace/otlp-json.ts';
import { traceResource } from '../../src/trace/trace-resource.ts';
import { append, type Bench, startBench } from '../sinks/otlp/sink-bench.ts';
import { sampleIncident, sampleRequest } from '../support/sample-incident.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.stop());

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const cases: readonly (readonly [string, ClassifiedIncident])[] = [
  ['the recorded stop', sampleIncident()],
  [
    'a stop with everything',
    sampleIncident({
      incident: { related: [sampleRequest], truncated: true, invocationId: 'abc', occurredAtUsec: 1_600_766_128_000_001 },
      verdict: {
        cause: 'signal',
        sender: {
          name: 'pkill',
          pid: 7,
          startedAtUsec: 1_600_000_000_000_000,
          uid: 0,
          traceparent,
          command: 'pkill "ünï"\n\u0000',
        },
        exit: { code: 'killed', status: 9 },
        triggeredBy: { unit: 'other.service', traceId: 'f'.repeat(32) },
        conflicts: ['one', 'two'],
        details: { 'a.flag': true, 'a.number': 1.5, 'a.count': 3, 'a.text': '\ud800 half' },
        ancestry: Array.from({ length: 30 }, (_, index) => ({ name: `p${index}` })),
      },
    }),
  ],
];

describe('otlpJson', () => {
  test.each(cases)('holds what the SDK posts for %s', async (_, classified) => {
    append(bench.log, classified);
    await bench.sink.flush();
    const posted = JSON.parse(bench.collector.posts[0]?.text ?? '').resourceSpans[0];
    const file = JSON.parse(otlpJson(classified, traceResource(classified.incident.host, '1.2.3'))).resourceSpans[0];
    expect(file.scopeSpans).toEqual(posted.scopeSpans);
    expect(posted.resource.attributes).toEqual(expect.arrayContaining(file.resource.attributes));
    expect(posted.resource.attributes).toHaveLength(file.resource.attributes.length + 3);
  });

  test('writes times in whole nanoseconds, as strings, and ids in hexadecimal', () => {
    const span = JSON.parse(otlpJson(sampleIncident(), {})).resourceSpans[0].scopeSpans[0].spans[0];
    expect(span).toMatchObject({
      traceId: '0123456789abcdef0123456789abcdef',
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      startTimeUnixNano: '1600766128000000000',
      endTimeUnixNano: '1600766129500000000',
    });
    expect(span).not.toHaveProperty('parentSpanId');
  });
});
