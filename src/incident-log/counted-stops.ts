import type { DatabaseSync } from 'node:sqlite';
import type { CountedStop } from '../model/incident.ts';
import { numberColumn, type Row, textColumn } from './columns.ts';

/** Witnesses are late: some more are remembered than were counted since the last safe point. */
const alwaysRemembered = 1_000;
/** A log without a mark, or one that ran for long without a safe point. */
const mostRemembered = 20_000;

/** The expressions are those of the index: where they differ, SQLite reads every body. */
export const countedStopsQuery = `
  SELECT unit, trace_id,
    json_extract(body, '$.incident.occurredAtUsec') AS began,
    json_extract(body, '$.incident.endedAtUsec') AS ended,
    json_extract(body, '$.incident.invocationId') AS invocation,
    json_extract(body, '$.incident.timeBasis') AS basis
  FROM incidents INDEXED BY counted_stops WHERE seq > ? ORDER BY seq`;

/** The stops after a mark, and some before it: what has to be recognised when it is told of again. */
export function readCountedStops(db: DatabaseSync, mark: number): readonly CountedStop[] {
  const last = lastSequence(db);
  const from = Math.max(Math.min(mark, last) - alwaysRemembered, last - mostRemembered);
  return db.prepare(countedStopsQuery).all(from).map(countedStop);
}

export function lastSequence(db: DatabaseSync): number {
  return numberColumn(db.prepare('SELECT coalesce(max(seq), 0) AS n FROM incidents').get() ?? {}, 'n');
}

function countedStop(row: Row): CountedStop {
  const { ended, invocation } = row;
  const basis = textColumn(row, 'basis');
  return {
    unit: textColumn(row, 'unit'),
    traceId: textColumn(row, 'trace_id'),
    occurredAtUsec: numberColumn(row, 'began'),
    timeBasis: basis === 'after' || basis === 'read' ? basis : 'reported',
    ...(typeof ended === 'number' ? { endedAtUsec: ended } : {}),
    ...(typeof invocation === 'string' ? { invocationId: invocation } : {}),
  };
}
