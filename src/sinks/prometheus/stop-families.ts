import { durationBucketsSeconds } from '../../incident-log/incident-log.ts';
import { labelText, type MetricFamily, type Sample } from './metric-family.ts';
import type { Durations, StopCounts } from './stop-counts.ts';

/** Everything counted about stops. Of the per-unit counter only the first `atValue` series are at their value, the others at 0. */
export function stopFamilies(counts: StopCounts, atValue: number): readonly MetricFamily[] {
  const { series, durations, lastStops, sums } = counts;
  return [
    {
      name: 'systemd_unit_stops',
      help: 'Stops of systemd units by cause and by who made them stop. A new series shows 0 once before its value.',
      type: 'counter',
      samples: series.map(({ sample }, index) => (index < atValue ? sample : unseen(sample))),
      lasting: true,
    },
    {
      name: 'systemd_unit_last_stop_timestamp_seconds',
      help: 'When the last stop of a systemd unit began, by cause.',
      type: 'gauge',
      samples: [...lastStops.values()],
      lasting: true,
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
      samples: sums.causes.samples(),
    },
    {
      name: 'systemd_stop_exporter_unattributed_stops',
      help: 'Stops whose cause or whose sender the evidence does not tell.',
      type: 'counter',
      samples: sums.missing.samples(),
    },
    {
      name: 'systemd_stop_exporter_labels_folded',
      help: 'Stops counted under "other" because a label had too many values.',
      type: 'counter',
      samples: sums.folded.samples(),
    },
  ];
}

/** A series that this scraper has not seen at 0 yet has no stop to show, and no trace of one. */
function unseen(sample: Sample): Sample {
  return { ...sample, value: 0, exemplar: undefined };
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
    { suffix: '_count', labels, value: count, createdSeconds: createdAtUsec / 1_000_000 },
  ];
}
