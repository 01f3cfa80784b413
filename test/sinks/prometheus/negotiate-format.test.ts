import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { negotiateFormat } from '../../../src/sinks/prometheus/negotiate-format.ts';

const prometheus2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const prometheus3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';
const prometheus3Proto =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

describe('negotiateFormat', () => {
  test.each([
    ['Prometheus 2', prometheus2, 'openmetrics'],
    ['Prometheus 3', prometheus3, 'openmetrics'],
    ['Prometheus 3 that likes protobuf best', prometheus3Proto, 'openmetrics'],
    ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', 'text'],
    ['curl', '*/*', 'text'],
    ['nothing', undefined, 'text'],
    ['an empty header', '', 'text'],
    ['only the old format', 'text/plain;version=0.0.4', 'text'],
    ['only OpenMetrics, without a version', 'application/openmetrics-text', 'openmetrics'],
    ['OpenMetrics, quoted and spaced', 'Application/OpenMetrics-Text ; Version="1.0.0" ; Q=1.0', 'openmetrics'],
    ['a version of OpenMetrics that we do not write', 'application/openmetrics-text;version=0.0.1', 'text'],
    [
      'a version of OpenMetrics that we do not write, or text',
      'application/openmetrics-text;version=2.0.0,text/plain;q=0.1',
      'text',
    ],
    ['text rather than OpenMetrics', 'application/openmetrics-text;q=0.2,text/plain;q=0.9', 'text'],
    ['anything but text', '*/*,text/plain;q=0', 'openmetrics'],
    ['any application', 'application/*', 'openmetrics'],
    ['any text', 'text/*', 'text'],
    ['OpenMetrics is refused by name', 'application/openmetrics-text;q=0,*/*', 'text'],
    ['a name beats a wildcard of the same quality', 'application/openmetrics-text,*/*', 'openmetrics'],
    ['the same quality, OpenMetrics first', 'application/openmetrics-text,text/plain', 'openmetrics'],
    ['the same quality, text first', 'text/plain,application/openmetrics-text', 'text'],
    ['nothing that we write', 'image/png', 'text'],
    ['everything is refused', '*/*;q=0', 'text'],
    ['a quality that is no number', 'application/openmetrics-text;q=high', 'openmetrics'],
  ] as const)('%s', (_, accept, expected) => {
    expect(negotiateFormat(accept)).toBe(expected);
  });

  test('the format of the higher quality wins, wherever it stands and whatever stands around it', () => {
    const quality = fc.integer({ min: 0, max: 1000 });
    const noise = fc.array(fc.constantFrom('image/png', 'text/html;q=0.3', '*/*;q=0', ';;', 'text/plain;version=9', ' '));
    fc.assert(
      fc.property(fc.tuple(quality, quality), noise, noise, ([openmetrics, text], before, after) => {
        fc.pre(openmetrics !== text);
        const ours = [`application/openmetrics-text;version=1.0.0;q=${openmetrics / 1000}`, `text/plain;q=${text / 1000}`];
        const accept = [...before, ...(before.length > after.length ? ours.toReversed() : ours), ...after].join(',');
        expect(negotiateFormat(accept)).toBe(openmetrics > text ? 'openmetrics' : 'text');
      }),
    );
  });

  test('any header gets a format', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (accept) => ['text', 'openmetrics'].includes(negotiateFormat(accept))));
  });

  test('a header of a megabyte takes no time', () => {
    expect(negotiateFormat('text/plain;q=0.5,'.repeat(60_000))).toBe('text');
  });
});
