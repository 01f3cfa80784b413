import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { IncidentLog } from '../../src/incident-log/incident-log.ts';
import { openIncidentLog } from '../../src/incident-log/sqlite-incident-log.ts';
import { sampleRequest } from '../support/sample-incident.ts';
import { day, generous, numberedIncident, sampleLabels } from './numbered-incident.ts';
import { stateDirectory } from './state-directory.ts';

const start = 1_800_000_000_000_000;

function append(log: IncidentLog, first: number, last: number, rawLength = 0): void {
  const evidence = [{ ...sampleRequest, raw: 'x'.repeat(rawLength) }];
  for (let number = first; number <= last; number++) {
    log.append(numberedIncident(number, { incident: { evidence }, verdict: { basis: [] } }), sampleLabels);
  }
}

function kept(log: IncidentLog): readonly number[] {
  return log.list({ limit: 1000 }).map(({ incident }) => Number.parseInt(incident.traceId, 16));
}

test('incidents recorded longer ago than the age are removed, whatever time the evidence gives', () => {
  let now = start;
  const log = openIncidentLog({ retention: { ...generous, ageMs: day }, now: () => now });
  append(log, 1, 3);
  now += 12 * 3_600_000_000;
  append(log, 4, 5);
  expect(log.prune(start + day * 1000)).toBe(0);
  expect(kept(log)).toHaveLength(5);
  log.prune(start + day * 1000 + 1);
  expect(kept(log)).toEqual([5, 4]);
});

test('counters survive the incidents they counted', () => {
  const log = openIncidentLog({ retention: { ...generous, ageMs: day }, now: () => start });
  append(log, 1, 3);
  const counted = [log.stopCounts(), log.durationCounts()];
  log.prune(start + 2 * day * 1000);
  expect(kept(log)).toEqual([]);
  expect([log.stopCounts(), log.durationCounts()]).toEqual(counted);
});

test('a removed incident that comes again is not counted again', () => {
  const log = openIncidentLog({ retention: { ...generous, ageMs: day }, now: () => start });
  append(log, 1, 1);
  log.prune(start + 2 * day * 1000);
  expect(log.append(numberedIncident(1), sampleLabels)).toBe(false);
  expect(log.stopCounts()[0]?.count).toBe(1);
});

test('pruning tells how many traces were lost that no collector had acknowledged', () => {
  const log = openIncidentLog({ retention: { ...generous, ageMs: day }, now: () => start });
  append(log, 1, 5);
  log.acknowledgeTrace(numberedIncident(1).incident.traceId);
  log.dropTrace(numberedIncident(2).incident.traceId, 'rejected');
  expect(log.prune(start + 2 * day * 1000)).toBe(3);
  expect(log.prune(start + 2 * day * 1000)).toBe(0);
});

test('the oldest incidents make room, and the file becomes smaller', () => {
  const path = stateDirectory();
  const maxBytes = 1_000_000;
  const log = openIncidentLog({ path, retention: { ageMs: day, maxBytes }, now: () => start });
  append(log, 1, 400, 4000);
  const lost = log.prune(start);
  const rest = kept(log);
  expect(lost).toBe(400 - rest.length);
  expect(rest[0]).toBe(400);
  expect(rest).toEqual(Array.from({ length: rest.length }, (_, index) => 400 - index));
  expect(rest.length).toBeGreaterThan(80);
  log.close();
  expect(statSync(join(path, 'incidents.db')).size).toBeLessThanOrEqual(maxBytes);
});

test('a limit that nothing fits in empties the log and comes to an end', () => {
  const log = openIncidentLog({ retention: { ageMs: day, maxBytes: 1 }, now: () => start });
  append(log, 1, 50);
  expect(log.prune(start)).toBe(50);
  expect(log.stopCounts()[0]?.count).toBe(50);
});
