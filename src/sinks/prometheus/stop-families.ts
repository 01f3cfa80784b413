import { durationBucketsSeconds } from '../../incident-log/incident-log.ts';
import { causes } from '../../model/cause.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import { labelText, type MetricFamily, type Sample } from './metric-family.ts';
import type { Durations, StopCounts, StopSeries } from './stop-counts.ts';
import { overflow, unknownSender } from './stop-labels.ts';

/** Everything counted about stops. Of the per-unit counter only the first `atValue` series are at their value, the others at 0. */
export function stopFamilies(counts: StopCounts, atValue: number, startedAtUsec: RealtimeUsec): readonly MetricFamily[] {
  const { series, durations } = counts;
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
      samples: lastStops(series),
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
      samples: causes.flatMap((cause) =>
        sumSamples(
          { cause },
          series.filter(({ labels }) => labels.cause === cause),
          startedAtUsec,
        ),
      ),
    },
    {
      name: 'systemd_stop_exporter_unattributed_stops',
      help: 'Stops whose cause or whose sender the evidence does not tell.',
      type: 'counter',
      samples: [
        ...sumSamples({ missing: 'cause' }, series.filter(isWithoutCause), startedAtUsec),
        ...sumSamples({ missing: 'sender' }, series.filter(isWithoutSender), startedAtUsec),
      ],
    },
    {
      name: 'systemd_stop_exporter_labels_folded',
      help: 'Stops counted under "other" because a label had too many values.',
      type: 'counter',
      samples: foldable.flatMap((label) =>
        sumSamples(
          { label },
          series.filter(({ labels }) => labels[label] === overflow),
          startedAtUsec,
        ),
      ),
    },
  ];
}

const foldable = ['name', 'sender', 'sender_unit'] as const;

function isWithoutCause({ labels }: StopSeries): boolean {
  return labels.cause === 'unknown';
}

/** A service that ended by itself has no sender to look for: its label is another word. */
function isWithoutSender({ labels }: StopSeries): boolean {
  return labels.sender === unknownSender;
}

function unitSamples({ text, count, createdAtUsec, lastStopAtUsec, lastTraceId }: StopSeries, atValue: boolean): Sample[] {
  const exemplar = atValue && lastTraceId !== undefined && { exemplar: { traceId: lastTraceId, atUsec: lastStopAtUsec } };
  return [
    { suffix: '_total', labels: text, value: atValue ? count : 0, ...exemplar },
    { suffix: '_created', labels: text, value: createdAtUsec / 1_000_000 },
  ];
}

function lastStops(series: readonly StopSeries[]): Sample[] {
  const latest = new Map<string, number>();
  for (const { timestampText, lastStopAtUsec } of series) {
    latest.set(timestampText, Math.max(latest.get(timestampText) ?? 0, lastStopAtUsec));
  }
  return [...latest].map(([labels, usec]) => ({ suffix: '', labels, value: usec / 1_000_000 }));
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

/** A sum over series is born with the oldest of them, or with us where there is none. */
function sumSamples(
  labels: Readonly<Record<string, string>>,
  series: readonly StopSeries[],
  startedAtUsec: RealtimeUsec,
): Sample[] {
  const text = labelText(labels);
  const value = series.reduce((sum, { count }) => sum + count, 0);
  const created = series.reduce((oldest, { createdAtUsec }) => Math.min(oldest, createdAtUsec), startedAtUsec);
  return [
    { suffix: '_total', labels: text, value },
    { suffix: '_created', labels: text, value: created / 1_000_000 },
  ];
}
