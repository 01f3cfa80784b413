import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Fleet, fleets, type Load, loadOf } from './model.ts';

describe('loadOf', () => {
  const constants = {
    baseSeries: 100,
    seriesPerCombination: 3,
    seriesOfNode: 15,
    bytesPerSampleSent: 20,
    spansPerStop: 10,
    bytesPerStop: 1000,
    batchedBytesPerStop: 200,
  };
  const fleet: Fleet = { hosts: 86_400, stopsPerHostAndDay: 2, combinationsPerHost: 5, scrapeIntervalSeconds: 10 };

  test('multiplies hosts, series and stops', () => {
    expect(loadOf(fleet, constants)).toEqual({
      seriesPerHost: 115,
      series: 9_936_000,
      samplesPerSecond: 993_600,
      samplesPerSecondSent: 864_000,
      bytesPerSecondSent: 17_280_000,
      stopsPerSecond: 2,
      spansPerSecond: 20,
      traceBytesPerDay: 172_800_000,
      batchedTraceBytesPerDay: 34_560_000,
    });
  });
});

/** The rows of the table in docs/scale.md. */
const rows: readonly (readonly [string, (load: Load) => number, string])[] = [
  ['series of an exporter', ({ seriesPerHost }) => seriesPerHost, ''],
  ['series', ({ series }) => series / 1e6, ' million'],
  ['samples a second', ({ samplesPerSecond }) => samplesPerSecond, ''],
  ['bytes a second, by remote write', ({ bytesPerSecondSent }) => bytesPerSecondSent / 1e6, ' MB'],
  ['stops a second', ({ stopsPerSecond }) => stopsPerSecond, ''],
  ['spans a second', ({ spansPerSecond }) => spansPerSecond, ''],
  ['traces in a day, to the gateway', ({ traceBytesPerDay }) => traceBytesPerDay / 1e9, ' GB'],
  ['traces in a day, to Jaeger', ({ batchedTraceBytesPerDay }) => batchedTraceBytesPerDay / 1e9, ' GB'],
];

test('docs/scale.md says what the model says', () => {
  const loads = Object.values(fleets).map((fleet) => loadOf(fleet));
  const round = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(2));
  const table = rows.map(([name, value, unit]) => `| ${[name, ...loads.map((load) => round(value(load)) + unit)].join(' | ')} |`);
  expect(readFileSync('docs/scale.md', 'utf8')).toContain(table.join('\n'));
});
