import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { createIncidentTable, type IncidentTable } from './incident-table.ts';
import { logError } from './log-error.ts';
import { makeDirectory, openDatabase } from './open-database.ts';
import { createStopCounters, type StopCounters } from './stop-counters.ts';

/** The open database and what reads and writes its tables. */
export interface OpenedLog {
  readonly db: DatabaseSync;
  readonly incidents: IncidentTable;
  readonly counters: StopCounters;
}

export interface LogDatabase {
  /** Throws an Error that names the act, the file and the way out. */
  use<T>(act: 'read' | 'write', work: (log: OpenedLog) => T): T;
  close(): void;
}

/**
 * A file that is removed or replaced under us goes on existing for us alone: before the next write all of it is
 * written to its place again, so that it outlives this process.
 */
export function createLogDatabase(directory: string | undefined): LogDatabase {
  let opened = open(directory);

  let isClosed = false;

  function restoreWhereRemoved(): void {
    if (directory === undefined || isClosed) return;
    if (opened.db.isOpen && !existsSync(opened.file)) restore(opened);
    // An attempt before this one may have come no further.
    if (!opened.db.isOpen) opened = open(directory);
  }

  return {
    use(act, work) {
      const { db, file } = opened;
      try {
        if (act === 'write') restoreWhereRemoved();
        return work(opened);
      } catch (error) {
        if (db.isOpen && db.isTransaction) db.exec('ROLLBACK');
        throw logError(act, file, error);
      }
    },
    close() {
      isClosed = true;
      if (opened.db.isOpen) opened.db.close();
    },
  };
}

/** Under another name first: a copy that is not whole must not be found in its place. */
function restore({ db, file }: OpenedLog & { readonly file: string }): void {
  const copy = `${file}.restored`;
  makeDirectory(dirname(file));
  rmSync(copy, { force: true });
  closeSync(openSync(copy, 'wx', 0o600));
  db.prepare('VACUUM INTO ?').run(copy);
  db.close();
  // It belongs to the file that is gone, and would be taken for the new one's.
  rmSync(`${file}-wal`, { force: true });
  renameSync(copy, file);
}

function open(directory: string | undefined): OpenedLog & { readonly file: string } {
  const { db, file } = openDatabase(directory);
  return { db, file, incidents: createIncidentTable(db), counters: createStopCounters(db) };
}
