import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { labelText, type MetricFamily } from '../../../src/sinks/prometheus/metric-family.ts';
import { renderExposition } from '../../../src/sinks/prometheus/render-exposition.ts';
import { parseExposition } from './parse-exposition.ts';
import { canCheck, promtoolComplaints } from './promtool.ts';

const exemplar = { traceId: '0123456789abcdef0123456789abcdef', atUsec: 1_600_766_128_000_123 };

const families: readonly MetricFamily[] = [
  {
    name: 'b_seconds',
    help: 'How "long"\nin \\ seconds.',
    type: 'histogram',
    samples: [
      { suffix: '_bucket', labels: 'cause="exited"', le: 0.5, value: 1 },
      { suffix: '_bucket', labels: 'cause="exited"', le: 1, value: 2 },
      { suffix: '_bucket', labels: 'cause="exited"', le: Number.POSITIVE_INFINITY, value: 2 },
      { suffix: '_sum', labels: 'cause="exited"', value: 1.25 },
      { suffix: '_count', labels: 'cause="exited"', value: 2, createdSeconds: 1_600_766_128.5 },
    ],
  },
  {
    name: 'a',
    help: 'Stops.',
    type: 'counter',
    samples: [{ suffix: '_total', labels: 'name="x.service"', value: 3, exemplar, createdSeconds: 1_600_766_128.5 }],
  },
  { name: 'c', help: 'A gauge.', type: 'gauge', samples: [{ suffix: '', labels: '', value: 1.5 }] },
];

function rendered(...given: Parameters<typeof renderExposition>): string {
  return [...renderExposition(...given)].join('');
}

describe('renderExposition', () => {
  test('text 0.0.4: counters are typed by their whole name; no created time, no exemplar', () => {
    expect(rendered(families, 'text')).toBe(
      String.raw`# HELP a_total Stops.
# TYPE a_total counter
a_total{name="x.service"} 3
# HELP b_seconds How "long"\nin \\ seconds.
# TYPE b_seconds histogram
b_seconds_bucket{cause="exited",le="0.5"} 1
b_seconds_bucket{cause="exited",le="1"} 2
b_seconds_bucket{cause="exited",le="+Inf"} 2
b_seconds_sum{cause="exited"} 1.25
b_seconds_count{cause="exited"} 2
# HELP c A gauge.
# TYPE c gauge
c 1.5
`,
    );
  });

  test('OpenMetrics: created times, exemplars, canonical bounds, # EOF', () => {
    expect(rendered(families, 'openmetrics')).toBe(
      String.raw`# HELP a Stops.
# TYPE a counter
a_total{name="x.service"} 3 # {trace_id="0123456789abcdef0123456789abcdef"} 1 1600766128.000123
a_created{name="x.service"} 1600766128.5
# HELP b_seconds How \"long\"\nin \\ seconds.
# TYPE b_seconds histogram
b_seconds_bucket{cause="exited",le="0.5"} 1
b_seconds_bucket{cause="exited",le="1.0"} 2
b_seconds_bucket{cause="exited",le="+Inf"} 2
b_seconds_sum{cause="exited"} 1.25
b_seconds_count{cause="exited"} 2
b_seconds_created{cause="exited"} 1600766128.5
# HELP c A gauge.
# TYPE c gauge
c 1.5
# EOF
`,
    );
  });

  test('comes in short texts of whole lines', () => {
    const samples = Array.from({ length: 1000 }, (_, value) => ({
      suffix: '' as const,
      labels: `name="${'x'.repeat(100)}"`,
      value,
    }));
    const texts = [...renderExposition([{ name: 'a', help: 'h', type: 'gauge', samples }], 'text')];
    for (const text of texts) expect(text.length).toBeLessThan(5000);
    expect(texts.join('').split('\n')).toHaveLength(1000 + 3);
  });

  test('the order of the families given does not matter', () => {
    for (const format of ['text', 'openmetrics'] as const) {
      expect(rendered(families.toReversed(), format)).toBe(rendered(families, format));
    }
  });
});

/** What a reader gets back: NUL, which ends the text for Prometheus, and lone surrogates, which UTF-8 has not, are replaced. */
function readable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\n', '\r', 'n', ' ', ',', '=', '{', '}', '#', '\u0000', '\ud800', 'ä', '𝄞', '\u202e'),
  }),
);

describe('escaping', () => {
  test.each(['text', 'openmetrics'] as const)('whatever a label holds is read back, and adds no line: %s', (format) => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (name, sender, help) => {
        const sample = { labels: labelText({ name, sender }), value: 1 };
        const samples = format === 'text' ? [{ ...sample, suffix: '' as const }] : [{ ...sample, suffix: '_total' as const }];
        const type = format === 'text' ? 'gauge' : 'counter';
        const text = rendered([{ name: 'a', help, type, samples }], format);
        const parsed = parseExposition(text, format === 'openmetrics');
        expect(parsed.samples.map(({ labels }) => labels)).toEqual([{ name: readable(name), sender: readable(sender) }]);
        expect(parsed.help).toEqual({ a: readable(help) });
        expect(Buffer.from(text).toString()).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test.each([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0, 1e-7, 1e21, 2 ** 53])(
    'the number %s is read back',
    (value) => {
      const text = rendered([{ name: 'a', help: 'h', type: 'gauge', samples: [{ suffix: '', labels: '', value }] }], 'text');
      expect(parseExposition(text, false).samples[0]?.value).toBe(value);
    },
  );

  test.skipIf(!canCheck)('promtool reads every hostile label', () => {
    const hostile = fc.sample(anyText, { numRuns: 500, seed: 1 });
    const labels = [...new Set(hostile.map(readable))];
    const samples = labels.map((name) => ({ suffix: '_total' as const, labels: labelText({ name }), value: 1 }));
    const text = rendered([{ name: 'a', help: hostile.join(''), type: 'counter', samples }], 'text');
    expect(promtoolComplaints(text)).toBe('');
  });
});
