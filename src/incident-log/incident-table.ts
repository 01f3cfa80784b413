import type { DatabaseSync } from 'node:sqlite';
import type { ClassifiedIncident } from '../model/incident.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { numberColumn, type Row, textColumn } from './columns.ts';
import { decodeIncident, encodeIncident } from './incident-json.ts';
import type { IncidentQuery } from './incident-log.ts';
import { countedAtUsec } from './stop-duration.ts';

const insert = `
  INSERT INTO incidents (trace_id, unit, cause, sender, occurred_at, recorded_at, body)
  SELECT :trace_id, :unit, :cause, :sender, :occurred_at, :recorded_at, :body
  WHERE NOT EXISTS (SELECT 1 FROM pruned_incidents WHERE trace_id = :trace_id)
  ON CONFLICT (trace_id) DO NOTHING`;

export interface IncidentTable {
  /** False where the incident is there, or was there before it was pruned. */
  insert(incident: ClassifiedIncident, now: RealtimeUsec): boolean;
  find(traceId: string): ClassifiedIncident | undefined;
  list(query: IncidentQuery): readonly ClassifiedIncident[];
  pending(limit: number): readonly ClassifiedIncident[];
  pendingCount(): number;
  postpone(traceId: string): void;
  setTraceState(traceId: string, state: 'sent' | 'dropped', reason?: string): void;
}

export function createIncidentTable(db: DatabaseSync): IncidentTable {
  const add = db.prepare(insert);
  const byId = db.prepare('SELECT body FROM incidents WHERE trace_id = ?');
  const pending = db.prepare("SELECT body FROM incidents WHERE trace_state = 'pending' ORDER BY postponed, seq LIMIT ?");
  const count = db.prepare("SELECT count(*) AS n FROM incidents WHERE trace_state = 'pending'");
  const postpone = db.prepare('UPDATE incidents SET postponed = postponed + 1 WHERE trace_id = ?');
  const setState = db.prepare('UPDATE incidents SET trace_state = ?, drop_reason = ? WHERE trace_id = ?');
  return {
    insert: (classified, now) => add.run(rowOf(classified, now)).changes === 1,
    find(traceId) {
      const row = byId.get(traceId);
      return row === undefined ? undefined : bodyOf(row);
    },
    list(query) {
      const { sql, values } = selection(query);
      return db
        .prepare(sql)
        .all(...values)
        .map(bodyOf);
    },
    pending: (limit) => pending.all(limit).map(bodyOf),
    pendingCount: () => numberColumn(count.get() ?? {}, 'n'),
    postpone: (traceId) => void postpone.run(traceId),
    setTraceState: (traceId, state, reason) => void setState.run(state, reason ?? null, traceId),
  };
}

function rowOf(classified: ClassifiedIncident, now: RealtimeUsec) {
  const { incident, verdict } = classified;
  return {
    trace_id: incident.traceId,
    unit: incident.unit,
    cause: verdict.cause,
    sender: verdict.sender?.name ?? (verdict.endedByItself ? 'none' : 'unknown'),
    occurred_at: countedAtUsec(incident, now),
    recorded_at: now,
    body: encodeIncident(classified),
  };
}

/** Newest first; `before` is the last incident of the page above. */
function selection(query: IncidentQuery): { readonly sql: string; readonly values: (string | number)[] } {
  const wanted = [
    ['unit = ?', query.unit],
    ['cause = ?', query.cause],
    ['sender = ?', query.sender],
    ['(occurred_at, seq) < (SELECT occurred_at, seq FROM incidents WHERE trace_id = ?)', query.before],
  ] as const;
  const given = wanted.flatMap(([condition, value]) => (value === undefined ? [] : [{ condition, value }]));
  const where = given.length === 0 ? '' : `WHERE ${given.map(({ condition }) => condition).join(' AND ')}`;
  const sql = `SELECT body FROM incidents ${where} ORDER BY occurred_at DESC, seq DESC LIMIT ?`;
  return { sql, values: [...given.map(({ value }) => value), Math.max(0, Math.trunc(query.limit))] };
}

function bodyOf(row: Row): ClassifiedIncident {
  return decodeIncident(textColumn(row, 'body'));
}
