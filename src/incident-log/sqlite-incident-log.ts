import type { DatabaseSync } from 'node:sqlite';
import type { RealtimeUsec } from '../model/time.ts';
import { textColumn } from './columns.ts';
import { lastSequence, readCountedStops } from './counted-stops.ts';
import type { Addition, IncidentLog } from './incident-log.ts';
import { createLogDatabase, type OpenedLog } from './log-database.ts';
import { pruneIncidents, type Retention } from './retention.ts';

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
  const database = createLogDatabase(options.path);
  const now = options.now ?? (() => Date.now() * 1000);
  const read = <T>(work: (log: OpenedLog) => T): T => database.use('read', work);
  const write = <T>(work: (log: OpenedLog) => T): T => database.use('write', work);
  const appendAll = (additions: readonly Addition[]): readonly boolean[] =>
    write((log) => durably(log.db, () => additions.map((addition) => appendOnce(log, addition, now()))));
  return {
    append: (incident, labels) => appendAll([{ incident, labels }])[0] === true,
    appendAll,
    find: (traceId) => read(({ incidents }) => incidents.find(traceId)),
    list: (query) => read(({ incidents }) => incidents.list(query)),
    countedStops: () => read(({ db }) => readCountedStops(db, Number(findPosition(db, markName) ?? 0))),
    mark: () => read(({ db }) => lastSequence(db)),
    forgetBefore: (mark) => write(({ db }) => savePosition(db, markName, String(mark))),
    unsentTraces: (limit) => read(({ incidents }) => incidents.pending(limit)),
    unsentTraceCount: () => read(({ incidents }) => incidents.pendingCount()),
    acknowledgeTrace: (traceId) => write(({ incidents }) => incidents.setTraceState(traceId, 'sent')),
    postponeTrace: (traceId) => write(({ incidents }) => incidents.postpone(traceId)),
    dropTrace: (traceId, reason) => write(({ incidents }) => incidents.setTraceState(traceId, 'dropped', reason)),
    stopCounts: () => read(({ counters }) => counters.stopCounts()),
    durationCounts: () => read(({ counters }) => counters.durationCounts()),
    position: (source) => read(({ db }) => findPosition(db, source)),
    setPosition: (source, position) => write(({ db }) => savePosition(db, source, position)),
    prune: (at) => write(({ db }) => pruneIncidents(db, options.retention, at)),
    close: () => database.close(),
  };
}

/** Among the positions: the log's own. */
const markName = 'counted';

function appendOnce({ incidents, counters }: OpenedLog, { incident, labels }: Addition, now: RealtimeUsec): boolean {
  if (!incidents.insert(incident, now)) return false;
  counters.count(incident.incident, labels, now);
  return true;
}

/**
 * One transaction that is on the disk when this returns, also where the power fails next: a stop that a counter
 * or a collector has seen must still be known after the crash, or it would be counted or sent as another one.
 * That is one fsync for each batch of stops, 0.3 ms on a virtual SSD. Everything else is written with synchronous=NORMAL: a
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
