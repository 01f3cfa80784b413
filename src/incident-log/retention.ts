import type { DatabaseSync } from 'node:sqlite';
import type { RealtimeUsec } from '../model/time.ts';
import { numberColumn } from './columns.ts';

/** How much of the past is kept. Counters are kept whatever it says. */
export interface Retention {
  /** Milliseconds since the incident was recorded, by our own clock. */
  readonly ageMs: number;
  /** Bytes of the database file, without its journal of at most 8 MiB. */
  readonly maxBytes: number;
}

/** A pass removes at most this many, about 0.2 s of work, so that it cannot hold the sources up; the next one goes on. */
const maxRowsPerPass = 2000;

/**
 * Trace ids of removed incidents are kept, so that old evidence read again is not counted again.
 * One takes about 100 bytes: this many take a tenth of the space allowed.
 */
function rememberedIncidents({ maxBytes }: Retention): number {
  return Math.min(100_000, Math.floor(maxBytes / 1000));
}

/** Removes the oldest incidents; returns how many of them had a trace that no collector has acknowledged. */
export function pruneIncidents(db: DatabaseSync, retention: Retention, now: RealtimeUsec): number {
  let lost = 0;
  const aged = count(db, 'SELECT count(*) AS n FROM incidents WHERE recorded_at < ?', now - retention.ageMs * 1000);
  if (aged > 0) lost += removeOldest(db, retention, Math.min(aged, maxRowsPerPass));
  for (let removed = 0; removed < maxRowsPerPass && usedBytes(db) > retention.maxBytes; ) {
    const rows = count(db, 'SELECT count(*) AS n FROM incidents');
    if (rows === 0) break;
    const share = Math.min(Math.ceil(rows / 10), maxRowsPerPass - removed);
    lost += removeOldest(db, retention, share);
    removed += share;
  }
  return lost;
}

/** Oldest by the order of recording: a clock that was set back makes nothing older. */
function removeOldest(db: DatabaseSync, retention: Retention, rows: number): number {
  db.exec('BEGIN IMMEDIATE');
  const last = count(db, 'SELECT max(seq) AS n FROM (SELECT seq FROM incidents ORDER BY seq LIMIT ?)', rows);
  const lost = count(db, "SELECT count(*) AS n FROM incidents WHERE trace_state = 'pending' AND seq <= ?", last);
  db.prepare('INSERT OR IGNORE INTO pruned_incidents (trace_id) SELECT trace_id FROM incidents WHERE seq <= ?').run(last);
  const forget = db.prepare('DELETE FROM pruned_incidents WHERE seq <= (SELECT max(seq) FROM pruned_incidents) - ?');
  forget.run(rememberedIncidents(retention));
  db.prepare('DELETE FROM incidents WHERE seq <= ?').run(last);
  db.exec('COMMIT');
  db.exec('PRAGMA incremental_vacuum');
  return lost;
}

function usedBytes(db: DatabaseSync): number {
  return count(db, 'SELECT page_count * page_size AS n FROM pragma_page_count(), pragma_page_size()');
}

function count(db: DatabaseSync, sql: string, ...values: readonly number[]): number {
  return numberColumn(db.prepare(sql).get(...values) ?? {}, 'n');
}
