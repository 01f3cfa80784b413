import type { DatabaseSync } from 'node:sqlite';
import type { RealtimeUsec } from '../model/time.ts';
import { textColumn } from './columns.ts';
import type { IncidentLog } from './incident-log.ts';
import { createIncidentTable, type IncidentTable } from './incident-table.ts';
import { logError } from './log-error.ts';
import { openDatabase } from './open-database.ts';
import { pruneIncidents, type Retention } from './retention.ts';
import { createStopCounters, type StopCounters } from './stop-counters.ts';

export interface IncidentLogOptions {
  /** State directory, made where it is missing; the log is in memory where absent. */
  readonly path?: string;
  readonly retention: Retention;
  /** Our own clock: when an incident was recorded and a counter was born. */
  readonly now?: () => RealtimeUsec;
}

/**
 * Opens `incidents.db` in the state directory. Throws an Error that names the file, what is wrong with it and
 * the way out; a log that cannot be read is never replaced by an empty one.
 */
export function openIncidentLog(options: IncidentLogOptions): IncidentLog {
  const { db, file } = openDatabase(options.path);
  const incidents = createIncidentTable(db);
  const counters = createStopCounters(db);
  const now = options.now ?? (() => Date.now() * 1000);
  const explained = <T>(act: string, work: () => T): T => explainFailure(db, file, act, work);
  return {
    append: (incident, labels) =>
      explained('write', () => durably(db, () => appendOnce(incidents, counters, { incident, labels, now: now() }))),
    find: (traceId) => explained('read', () => incidents.find(traceId)),
    list: (query) => explained('read', () => incidents.list(query)),
    unsentTraces: (limit) => explained('read', () => incidents.pending(limit)),
    unsentTraceCount: () => explained('read', () => incidents.pendingCount()),
    acknowledgeTrace: (traceId) => explained('write', () => incidents.setTraceState(traceId, 'sent')),
    dropTrace: (traceId, reason) => explained('write', () => incidents.setTraceState(traceId, 'dropped', reason)),
    stopCounts: () => explained('read', () => counters.stopCounts()),
    durationCounts: () => explained('read', () => counters.durationCounts()),
    position: (source) => explained('read', () => findPosition(db, source)),
    setPosition: (source, position) => explained('write', () => savePosition(db, source, position)),
    prune: (at) => explained('write', () => pruneIncidents(db, options.retention, at)),
    close: () => {
      if (db.isOpen) db.close();
    },
  };
}

interface Addition {
  readonly incident: Parameters<IncidentLog['append']>[0];
  readonly labels: Parameters<IncidentLog['append']>[1];
  readonly now: RealtimeUsec;
}

function appendOnce(incidents: IncidentTable, counters: StopCounters, addition: Addition): boolean {
  const { incident, labels, now } = addition;
  if (!incidents.insert(incident, now)) return false;
  counters.count(incident.incident, labels, now);
  return true;
}

/**
 * One transaction that is on the disk when this returns, also where the power fails next: a stop that a counter
 * or a collector has seen must still be known after the crash, or it would be counted or sent as another one.
 * That is one fsync for each stop, 0.3 ms on a virtual SSD. Everything else is written with synchronous=NORMAL: a
 * crash of the machine may take back the last positions and acknowledgements, never an incident, and evidence
 * read again or a trace sent again is recognised by its trace id.
 */
function durably<T>(db: DatabaseSync, work: () => T): T {
  db.exec('PRAGMA synchronous = FULL');
  try {
    db.exec('BEGIN IMMEDIATE');
    const result = work();
    db.exec('COMMIT');
    return result;
  } finally {
    if (db.isTransaction) db.exec('ROLLBACK');
    db.exec('PRAGMA synchronous = NORMAL');
  }
}

function findPosition(db: DatabaseSync, source: string): string | undefined {
  const row = db.prepare('SELECT position FROM positions WHERE source = ?').get(source);
  return row === undefined ? undefined : textColumn(row, 'position');
}

function savePosition(db: DatabaseSync, source: string, position: string): void {
  db.prepare('INSERT OR REPLACE INTO positions (source, position) VALUES (?, ?)').run(source, position);
}

function explainFailure<T>(db: DatabaseSync, file: string, act: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (db.isOpen && db.isTransaction) db.exec('ROLLBACK');
    throw logError(act, file, error);
  }
}
