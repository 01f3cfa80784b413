import type { DurationCount, StopCount } from '../../incident-log/incident-log.ts';
import { durationBucketsSeconds } from '../../incident-log/incident-log.ts';
import { durationBucket } from '../../incident-log/stop-duration.ts';
import { type Cause, causes } from '../../model/cause.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import { labelKey } from './bounded-labels.ts';
import { byCause, byFolded, byMissing, createLabelSums, type LabelSums } from './label-sums.ts';
import { type Exemplar, labelText, type Sample } from './metric-family.ts';

/** One series of `systemd_unit_stops_total`. */
export interface StopSeries {
  /** The labels of the timestamp, as text. */
  readonly timestampLabels: string;
  readonly createdAtUsec: RealtimeUsec;
  lastStopAtUsec: RealtimeUsec;
  /** Another one with each stop: what a scrape has taken does not change under it. */
  sample: Sample;
}

export interface Durations {
  readonly buckets: number[];
  sumSeconds: number;
  createdAtUsec: RealtimeUsec;
}

/** The counters in memory, as the incident log has them on the disk. */
export interface StopCounts {
  /** In the order of their birth, the same as the log's. */
  readonly series: readonly StopSeries[];
  readonly sums: { readonly causes: LabelSums; readonly missing: LabelSums; readonly folded: LabelSums };
  readonly durations: ReadonlyMap<Cause, Durations>;
  /** The last stop of each name, type and cause, by their labels as text. */
  readonly lastStops: ReadonlyMap<string, Sample>;
  /** Adds what was counted under these labels. */
  add(counted: StopCount): void;
  addDuration(cause: Cause, seconds: number): void;
  restoreDurations(counts: readonly DurationCount[]): void;
}

export function createStopCounts(startedAtUsec: RealtimeUsec): StopCounts {
  const byKey = new Map<string, StopSeries>();
  const series: StopSeries[] = [];
  const lastStops = new Map<string, Sample>();
  const durations = new Map(causes.map((cause) => [cause, noDurations(startedAtUsec)]));
  const sums = {
    causes: createLabelSums(byCause, startedAtUsec),
    missing: createLabelSums(byMissing, startedAtUsec),
    folded: createLabelSums(byFolded, startedAtUsec),
  };
  return {
    series,
    sums,
    durations,
    lastStops,
    add(counted) {
      const key = labelKey(counted.labels);
      const known = byKey.get(key);
      const one = known ?? seriesOf(counted);
      noteLastStop(lastStops, one.timestampLabels, counted.lastStopAtUsec);
      for (const sum of Object.values(sums)) sum.add(counted);
      if (known !== undefined) return merge(known, counted);
      byKey.set(key, one);
      series.push(one);
    },
    addDuration(cause, seconds) {
      const histogram = durations.get(cause);
      if (histogram === undefined) return;
      const place = durationBucket(seconds);
      histogram.buckets[place] = (histogram.buckets[place] ?? 0) + 1;
      histogram.sumSeconds += seconds;
    },
    restoreDurations(counts) {
      for (const { cause, buckets, sumSeconds, createdAtUsec } of counts) {
        durations.set(cause, { buckets: [...buckets], sumSeconds, createdAtUsec });
      }
    },
  };
}

function seriesOf(counted: StopCount): StopSeries {
  const { createdAtUsec, lastStopAtUsec, count } = counted;
  const { name, type, cause } = counted.labels;
  const sample = {
    suffix: '_total',
    labels: labelText({ ...counted.labels }),
    createdSeconds: createdAtUsec / 1_000_000,
  } as const;
  return {
    timestampLabels: labelText({ name, type, cause }),
    createdAtUsec,
    lastStopAtUsec,
    sample: { ...sample, value: count, exemplar: exemplarOf(counted) },
  };
}

function merge(known: StopSeries, counted: StopCount): void {
  const isLast = counted.lastStopAtUsec >= known.lastStopAtUsec;
  const exemplar = isLast ? exemplarOf(counted) : known.sample.exemplar;
  known.sample = { ...known.sample, value: known.sample.value + counted.count, exemplar };
  if (isLast) known.lastStopAtUsec = counted.lastStopAtUsec;
}

function exemplarOf({ lastTraceId, lastStopAtUsec }: StopCount): Exemplar | undefined {
  return lastTraceId === undefined ? undefined : { traceId: lastTraceId, atUsec: lastStopAtUsec };
}

function noteLastStop(lastStops: Map<string, Sample>, labels: string, atUsec: RealtimeUsec): void {
  const value = atUsec / 1_000_000;
  const known = lastStops.get(labels);
  if (known === undefined || known.value < value) lastStops.set(labels, { suffix: '', labels, value });
}

function noDurations(createdAtUsec: RealtimeUsec): Durations {
  return { buckets: Array.from({ length: durationBucketsSeconds.length + 1 }, () => 0), sumSeconds: 0, createdAtUsec };
}
