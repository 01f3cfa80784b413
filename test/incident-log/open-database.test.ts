import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { applicationId } from '../../src/incident-log/schema.ts';
import { openIncidentLog } from '../../src/incident-log/sqlite-incident-log.ts';
import { generous, numberedIncident, sampleLabels } from './numbered-incident.ts';
import { stateDirectory } from './state-directory.ts';

function refusal(path: string): string {
  try {
    openIncidentLog({ path, retention: generous }).close();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'it was opened';
}

function filledLog(): { path: string; file: string } {
  const path = stateDirectory();
  const log = openIncidentLog({ path, retention: generous });
  for (let number = 0; number < 100; number++) log.append(numberedIncident(number), sampleLabels);
  log.close();
  return { path, file: join(path, 'incidents.db') };
}

test('a missing state directory is made', () => {
  expect(refusal(join(stateDirectory(), 'var', 'lib', 'exporter'))).toBe('it was opened');
});

test('a file that is no database is refused and left as it is', () => {
  const path = stateDirectory();
  const file = join(path, 'incidents.db');
  writeFileSync(file, 'not a database'.repeat(1000));
  const message = refusal(path);
  expect(message).toContain(`Cannot open the incident log "${file}": it is not an incident log`);
  expect(message).toContain('Move it away and start again: counters begin at zero');
  expect(readFileSync(file, 'utf8')).toBe('not a database'.repeat(1000));
});

test('a damaged database is refused and left as it is', () => {
  const { path, file } = filledLog();
  const size = statSync(file).size;
  const handle = openSync(file, 'r+');
  for (let offset = 4096; offset < size; offset += 4096) writeSync(handle, Buffer.alloc(64, 0xff), 0, 64, offset);
  closeSync(handle);
  const damaged = readFileSync(file);
  expect(refusal(path)).toMatch(/^Cannot open the incident log ".*incidents\.db": it is damaged \(.*\)\. Move it away/);
  expect(readFileSync(file).equals(damaged)).toBe(true);
});

test('a database cut off in the middle is refused', () => {
  const { path, file } = filledLog();
  writeFileSync(file, readFileSync(file).subarray(0, 50_000));
  expect(refusal(path)).toMatch(/it is damaged .*Move it away/);
});

test('a database of a newer exporter is refused, and the message says which exporter can read it', () => {
  const { path, file } = filledLog();
  const db = new DatabaseSync(file);
  db.exec('PRAGMA user_version = 99');
  db.close();
  expect(refusal(path)).toMatch(
    /a newer exporter wrote it \(schema 99, this one knows \d+\)\. Run that newer exporter\. Or: Move it/,
  );
});

test("another program's database is refused and left as it is", () => {
  const path = stateDirectory();
  const file = join(path, 'incidents.db');
  const db = new DatabaseSync(file);
  db.exec('CREATE TABLE bookmarks (url TEXT)');
  db.close();
  const before = readFileSync(file);
  expect(refusal(path)).toContain("it is another program's database");
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('a path that is no directory, and a directory in the place of the file, are refused', () => {
  const path = stateDirectory();
  writeFileSync(join(path, 'file'), '');
  expect(refusal(join(path, 'file'))).toContain('is not a directory');
  expect(refusal(join(path, 'file', 'below'))).toContain('is not a directory');
  mkdirSync(join(path, 'incidents.db'));
  expect(refusal(path)).toContain('it cannot be opened as a file');
});

test('a place where nothing can be made is refused', () => {
  expect(refusal('/proc/systemd-stop-exporter')).toMatch(
    /^Cannot open the incident log "\/proc\/systemd-stop-exporter\/incidents\.db"/,
  );
});

test('a second opener in the same process is refused, and the first goes on', () => {
  const path = stateDirectory();
  const first = openIncidentLog({ path, retention: generous });
  expect(refusal(path)).toContain('another process holds it');
  expect(first.append(numberedIncident(1), sampleLabels)).toBe(true);
  first.close();
});

test('a second process is refused, also after a second opener of this process was', () => {
  const path = stateDirectory();
  const first = openIncidentLog({ path, retention: generous });
  refusal(path);
  const module = fileURLToPath(new URL('../../src/incident-log/sqlite-incident-log.ts', import.meta.url));
  const script = `
    import { openIncidentLog } from ${JSON.stringify(module)};
    openIncidentLog({ path: process.argv[1], retention: { ageMs: 1, maxBytes: 1 } });`;
  const second = spawnSync(process.execPath, ['--input-type=module', '-e', script, path], { encoding: 'utf8' });
  expect(second.status).not.toBe(0);
  expect(second.stderr).toContain('another process holds it');
  expect(second.stderr).toContain('Stop that process, or give each exporter a --storage.path of its own');
  first.close();
  expect(refusal(path)).toBe('it was opened');
});

test('the file says whose it is', () => {
  const { file } = filledLog();
  expect(readFileSync(file).readUInt32BE(68)).toBe(applicationId);
});

test.each(['the state directory', 'the file'])('%s that is removed comes back, whole, with the next write', (what) => {
  const path = join(stateDirectory(), 'state');
  const log = openIncidentLog({ path, retention: generous });
  for (let number = 0; number < 50; number++) log.append(numberedIncident(number), sampleLabels);
  rmSync(what === 'the file' ? join(path, 'incidents.db') : path, { recursive: true });
  log.append(numberedIncident(50), sampleLabels);
  log.setPosition('journal', 'here');
  expect(statSync(join(path, 'incidents.db')).mode & 0o777).toBe(0o600);
  log.close();
  const again = openIncidentLog({ path, retention: generous });
  expect(again.list({ limit: 100 })).toHaveLength(51);
  expect(again.unsentTraceCount()).toBe(51);
  expect(again.stopCounts().map(({ count }) => count)).toEqual([51]);
  expect(again.position('journal')).toBe('here');
  again.close();
});

test('what was counted since a mark is remembered, and some of what was before', () => {
  const log = openIncidentLog({ retention: generous });
  const all = Array.from({ length: 3000 }, (_, number) => ({ incident: numberedIncident(number), labels: sampleLabels }));
  log.appendAll(all.slice(0, 1500));
  const mark = log.mark();
  log.appendAll(all.slice(1500));
  expect(log.countedStops()).toHaveLength(3000);
  log.forgetBefore(mark);
  const stops = log.countedStops();
  expect(stops).toHaveLength(2500);
  const { unit, traceId, occurredAtUsec, endedAtUsec, timeBasis, invocationId } = numberedIncident(2999).incident;
  const known = { unit, traceId, occurredAtUsec, endedAtUsec, timeBasis };
  expect(stops.at(-1)).toEqual({ ...known, ...(invocationId === undefined ? {} : { invocationId }) });
});
