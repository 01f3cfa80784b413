import type { DurationCount, StopCount, StopLabels } from '../../incident-log/incident-log.ts';
import { durationBucketsSeconds } from '../../incident-log/incident-log.ts';
import { durationBucket } from '../../incident-log/stop-duration.ts';
import { type Cause, causes } from '../../model/cause.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import { labelKey } from './bounded-labels.ts';
import { labelText } from './metric-family.ts';

/** One series of `systemd_unit_stops_total`. */
export interface StopSeries {
  readonly labels: StopLabels;
  /** All labels as text, and those of the timestamp: a scrape does not write them anew. */
  readonly text: string;
  readonly timestampText: string;
  readonly createdAtUsec: RealtimeUsec;
  count: number;
  lastStopAtUsec: RealtimeUsec;
  lastTraceId: string | undefined;
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
  readonly durations: ReadonlyMap<Cause, Durations>;
  /** The last stop of each name, type and cause, by their labels as text. */
  readonly lastStops: ReadonlyMap<string, RealtimeUsec>;
  /** Adds what was counted under these labels. */
  add(counted: StopCount): void;
  addDuration(cause: Cause, seconds: number): void;
  restoreDurations(counts: readonly DurationCount[]): void;
}

export function createStopCounts(startedAtUsec: RealtimeUsec): StopCounts {
  const byKey = new Map<string, StopSeries>();
  const series: StopSeries[] = [];
  const lastStops = new Map<string, RealtimeUsec>();
  const durations = new Map(causes.map((cause) => [cause, noDurations(startedAtUsec)]));
  return {
    series,
    durations,
    lastStops,
    add(counted) {
      const key = labelKey(counted.labels);
      const known = byKey.get(key);
      const one = known ?? seriesOf(counted);
      lastStops.set(one.timestampText, Math.max(lastStops.get(one.timestampText) ?? 0, counted.lastStopAtUsec));
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
  const { name, type, cause } = counted.labels;
  return {
    ...counted,
    text: labelText({ ...counted.labels }),
    timestampText: labelText({ name, type, cause }),
    lastTraceId: counted.lastTraceId,
  };
}

function merge(known: StopSeries, counted: StopCount): void {
  known.count += counted.count;
  if (counted.lastStopAtUsec < known.lastStopAtUsec) return;
  known.lastStopAtUsec = counted.lastStopAtUsec;
  known.lastTraceId = counted.lastTraceId;
}

function noDurations(createdAtUsec: RealtimeUsec): Durations {
  return { buckets: Array.from({ length: durationBucketsSeconds.length + 1 }, () => 0), sumSeconds: 0, createdAtUsec };
}
