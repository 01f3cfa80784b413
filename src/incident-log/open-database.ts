import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { numberColumn, textColumn } from './columns.ts';
import { logError, refusedLog } from './log-error.ts';
import { applicationId, migrations } from './schema.ts';

const databaseName = 'incidents.db';

/** A database of ours, at the current schema, held by this process alone. Throws an Error that names the way out. */
export function openDatabase(directory: string | undefined): { readonly db: DatabaseSync; readonly file: string } {
  const file = directory === undefined ? ':memory:' : join(directory, databaseName);
  if (directory !== undefined) makeFile(directory, file);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file);
    // Nothing is written before the file is known to be ours and whole.
    db.exec('PRAGMA busy_timeout = 250; PRAGMA locking_mode = EXCLUSIVE');
    checkOrigin(db, file);
    checkHealth(db, file);
    configure(db);
    migrate(db);
    return { db, file };
  } catch (error) {
    db?.close();
    throw error instanceof Error && 'errcode' in error ? logError('open', file, error) : error;
  }
}

/**
 * Evidence holds command lines, so nobody else may read the file; SQLite gives its journal the same mode.
 * An existing file is not opened here: closing any handle on it would drop the lock this process may hold.
 */
function makeFile(directory: string, file: string): void {
  try {
    makeDirectory(directory);
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (!existsAlready(error)) throw logError('open', file, error);
    checkAccess(file);
  }
}

/** Not `recursive: true`: below a file system that makes no directories, such as /proc, Node 24's tries for ever. */
export function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  if (dirname(directory) !== directory) makeDirectory(dirname(directory));
  mkdirSync(directory, { mode: 0o750 });
}

/** Of a file system that is read-only SQLite says no more than "disk I/O error". */
function checkAccess(file: string): void {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw logError('open', file, error);
  }
}

function existsAlready(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

/**
 * WAL with synchronous=NORMAL never damages the file and keeps the order of commits; `append` alone asks for more.
 * locking_mode=EXCLUSIVE holds the lock until close and needs no shared memory file.
 */
function configure(db: DatabaseSync): void {
  db.exec('PRAGMA auto_vacuum = INCREMENTAL');
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('PRAGMA journal_size_limit = 8388608');
  db.exec('PRAGMA synchronous = NORMAL');
  // The lock is taken by the first write.
  db.exec('BEGIN EXCLUSIVE');
  db.exec('COMMIT');
}

function checkOrigin(db: DatabaseSync, file: string): void {
  const tables = numberColumn(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get() ?? {}, 'n');
  const id = pragmaNumber(db, 'application_id');
  const foreign = id !== applicationId && (id !== 0 || tables > 0);
  if (foreign) throw refusedLog(file, "it is another program's database", moveAway);
  const version = pragmaNumber(db, 'user_version');
  if (version > migrations.length) {
    const what = `a newer exporter wrote it (schema ${version}, this one knows ${migrations.length})`;
    throw refusedLog(file, what, `Run that newer exporter. Or: ${moveAway}`);
  }
}

const moveAway = 'Move it away and start again: counters begin at zero';

/** Reads the whole file once: what is damaged is found at the start and not at the first stop. */
function checkHealth(db: DatabaseSync, file: string): void {
  const verdict = textColumn(db.prepare('PRAGMA quick_check(1)').get() ?? {}, 'quick_check');
  if (verdict !== 'ok') throw refusedLog(file, `it is damaged (${verdict.replaceAll('\n', ' ')})`, moveAway);
}

function migrate(db: DatabaseSync): void {
  const version = pragmaNumber(db, 'user_version');
  if (version === migrations.length) return;
  db.exec('BEGIN IMMEDIATE');
  for (const migration of migrations.slice(version)) db.exec(migration);
  db.exec(`PRAGMA application_id = ${applicationId}`);
  db.exec(`PRAGMA user_version = ${migrations.length}`);
  db.exec('COMMIT');
}

function pragmaNumber(db: DatabaseSync, pragma: 'application_id' | 'user_version'): number {
  return numberColumn(db.prepare(`PRAGMA ${pragma}`).get() ?? {}, pragma);
}
