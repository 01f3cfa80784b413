import type { DatabaseSync } from 'node:sqlite';
import { causes } from '../model/cause.ts';
import type { Incident } from '../model/incident.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { numberColumn, type Row, textColumn } from './columns.ts';
import { type DurationCount, durationBucketsSeconds, type StopCount, type StopLabels } from './incident-log.ts';
import { countedAtUsec, durationBucket, stopDurationSeconds } from './stop-duration.ts';

const countStop = `
  INSERT INTO stop_counts (name, type, cause, sender, sender_unit, count, created_at, last_stop_at, last_trace_id)
  VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)
  ON CONFLICT (name, type, cause, sender, sender_unit) DO UPDATE SET
    count = count + 1,
    last_stop_at = max(last_stop_at, excluded.last_stop_at),
    last_trace_id = iif(excluded.last_stop_at >= last_stop_at, excluded.last_trace_id, last_trace_id)`;

const addDuration = `
  INSERT INTO duration_sums (cause, sum_seconds, created_at) VALUES (?, ?, ?)
  ON CONFLICT (cause) DO UPDATE SET sum_seconds = sum_seconds + excluded.sum_seconds`;

const countDuration = `
  INSERT INTO duration_buckets (cause, upper_bound, count) VALUES (?, ?, 1)
  ON CONFLICT (cause, upper_bound) DO UPDATE SET count = count + 1`;

export interface StopCounters {
  /** To be called in the transaction that inserts the incident. */
  count(incident: Incident, labels: StopLabels, now: RealtimeUsec): void;
  stopCounts(): readonly StopCount[];
  durationCounts(): readonly DurationCount[];
}

/** Counters in tables of their own: they outlive the incidents they counted. */
export function createStopCounters(db: DatabaseSync): StopCounters {
  const stop = db.prepare(countStop);
  const sum = db.prepare(addDuration);
  const bucket = db.prepare(countDuration);
  return {
    count(incident, labels, now) {
      const { name, type, cause, sender, sender_unit } = labels;
      const at = countedAtUsec(incident, now);
      stop.run(name, type, cause, sender, sender_unit, now, at, incident.traceId);
      const seconds = stopDurationSeconds(incident);
      if (seconds === undefined) return;
      sum.run(cause, seconds, now);
      bucket.run(cause, durationBucketsSeconds[durationBucket(seconds)] ?? Number.POSITIVE_INFINITY);
    },
    stopCounts: () => db.prepare('SELECT * FROM stop_counts ORDER BY seq').all().map(stopCount),
    durationCounts: () =>
      db
        .prepare('SELECT * FROM duration_sums ORDER BY cause')
        .all()
        .map((row) => durationCount(db, row)),
  };
}

function stopCount(row: Row): StopCount {
  return {
    labels: {
      name: textColumn(row, 'name'),
      type: textColumn(row, 'type'),
      cause: causeColumn(row),
      sender: textColumn(row, 'sender'),
      sender_unit: textColumn(row, 'sender_unit'),
    },
    count: numberColumn(row, 'count'),
    createdAtUsec: numberColumn(row, 'created_at'),
    lastStopAtUsec: numberColumn(row, 'last_stop_at'),
    lastTraceId: textColumn(row, 'last_trace_id'),
  };
}

/** Buckets are stored by their bound: should the bounds ever change, old counts go to the next bound that holds them. */
function durationCount(db: DatabaseSync, row: Row): DurationCount {
  const buckets = Array.from({ length: durationBucketsSeconds.length + 1 }, () => 0);
  const stored = db.prepare('SELECT upper_bound, count FROM duration_buckets WHERE cause = ?').all(textColumn(row, 'cause'));
  for (const entry of stored) {
    const place = durationBucket(numberColumn(entry, 'upper_bound'));
    buckets[place] = (buckets[place] ?? 0) + numberColumn(entry, 'count');
  }
  return {
    cause: causeColumn(row),
    buckets,
    sumSeconds: numberColumn(row, 'sum_seconds'),
    createdAtUsec: numberColumn(row, 'created_at'),
  };
}

function causeColumn(row: Row): StopCount['labels']['cause'] {
  const word = textColumn(row, 'cause');
  return causes.find((cause) => cause === word) ?? 'unknown';
}
