import { durationBucketsSeconds } from '../../incident-log/incident-log.ts';
import { causes } from '../../model/cause.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import { labelText, type MetricFamily, type Sample } from './metric-family.ts';
import type { Durations, StopCounts, StopSeries } from './stop-counts.ts';
import { overflow, unknownSender } from './stop-labels.ts';

/** Everything counted about stops. Of the per-unit counter only the first `atValue` series are at their value, the others at 0. */
export function stopFamilies(counts: StopCounts, atValue: number, startedAtUsec: RealtimeUsec): readonly MetricFamily[] {
  const { series, durations, lastStops } = counts;
  return [
    {
      name: 'systemd_unit_stops',
      help: 'Stops of systemd units by cause and by who made them stop. A new series shows 0 once before its value.',
      type: 'counter',
      samples: series.flatMap((one, index) => unitSamples(one, index < atValue)),
    },
    {
      name: 'systemd_unit_last_stop_timestamp_seconds',
      help: 'When the last stop of a systemd unit began, by cause.',
      type: 'gauge',
      samples: [...lastStops].map(([labels, usec]) => ({ suffix: '', labels, value: usec / 1_000_000 })),
    },
    {
      name: 'systemd_unit_stop_duration_seconds',
      help: 'Time from the beginning of a stop to the unit being inactive, failed or waiting for its restart.',
      type: 'histogram',
      samples: [...durations].flatMap(([cause, histogram]) => histogramSamples(labelText({ cause }), histogram)),
    },
    {
      name: 'systemd_stop_exporter_stops',
      help: 'Stops of systemd units by cause. Every cause is here from the start.',
      type: 'counter',
      samples: sumSamples(
        'cause',
        causes,
        sumsOf(series, startedAtUsec, ({ labels }) => [labels.cause]),
      ),
    },
    {
      name: 'systemd_stop_exporter_unattributed_stops',
      help: 'Stops whose cause or whose sender the evidence does not tell.',
      type: 'counter',
      samples: sumSamples('missing', ['cause', 'sender'], sumsOf(series, startedAtUsec, missingOf)),
    },
    {
      name: 'systemd_stop_exporter_labels_folded',
      help: 'Stops counted under "other" because a label had too many values.',
      type: 'counter',
      samples: sumSamples('label', foldable, sumsOf(series, startedAtUsec, foldedOf)),
    },
  ];
}

const foldable = ['name', 'sender', 'sender_unit'] as const;

/** A service that ended by itself has no sender to look for: its label is another word. */
function missingOf({ labels }: StopSeries): readonly string[] {
  const sender = labels.sender === unknownSender ? ['sender'] : [];
  return labels.cause === 'unknown' ? ['cause', ...sender] : sender;
}

function foldedOf({ labels }: StopSeries): readonly string[] {
  return foldable.filter((label) => labels[label] === overflow);
}

function unitSamples({ text, count, createdAtUsec, lastStopAtUsec, lastTraceId }: StopSeries, atValue: boolean): Sample[] {
  const exemplar = atValue && lastTraceId !== undefined && { exemplar: { traceId: lastTraceId, atUsec: lastStopAtUsec } };
  return [
    { suffix: '_total', labels: text, value: atValue ? count : 0, ...exemplar },
    { suffix: '_created', labels: text, value: createdAtUsec / 1_000_000 },
  ];
}

function histogramSamples(labels: string, { buckets, sumSeconds, createdAtUsec }: Durations): Sample[] {
  let count = 0;
  const cumulative = [...durationBucketsSeconds, Number.POSITIVE_INFINITY].map((le, place): Sample => {
    count += buckets[place] ?? 0;
    return { suffix: '_bucket', labels, le, value: count };
  });
  return [
    ...cumulative,
    { suffix: '_sum', labels, value: sumSeconds },
    { suffix: '_count', labels, value: count },
    { suffix: '_created', labels, value: createdAtUsec / 1_000_000 },
  ];
}

interface Sums {
  readonly of: (key: string) => Sum;
}

interface Sum {
  value: number;
  /** A sum over series is born with the oldest of them, or with us where there is none. */
  createdAtUsec: RealtimeUsec;
}

/** In one pass: one for each sum was half of what a scrape of 10,000 series held everything else up for. */
function sumsOf(
  series: readonly StopSeries[],
  startedAtUsec: RealtimeUsec,
  keysOf: (one: StopSeries) => readonly string[],
): Sums {
  const sums = new Map<string, Sum>();
  for (const one of series) {
    for (const key of keysOf(one)) {
      const sum = sums.get(key) ?? { value: 0, createdAtUsec: startedAtUsec };
      sum.value += one.count;
      sum.createdAtUsec = Math.min(sum.createdAtUsec, one.createdAtUsec);
      sums.set(key, sum);
    }
  }
  return { of: (key) => sums.get(key) ?? { value: 0, createdAtUsec: startedAtUsec } };
}

function sumSamples(label: string, keys: readonly string[], sums: Sums): Sample[] {
  return keys.flatMap((key): Sample[] => {
    const text = labelText({ [label]: key });
    const { value, createdAtUsec } = sums.of(key);
    return [
      { suffix: '_total', labels: text, value },
      { suffix: '_created', labels: text, value: createdAtUsec / 1_000_000 },
    ];
  });
}
