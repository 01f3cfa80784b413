import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { durationBucketsSeconds, type IncidentLog } from '../../src/incident-log/incident-log.ts';
import { openIncidentLog } from '../../src/incident-log/sqlite-incident-log.ts';
import { generous, numberedIncident, sampleLabels } from './numbered-incident.ts';
import { stateDirectory } from './state-directory.ts';

function inMemory(): IncidentLog {
  return openIncidentLog({ retention: generous, now: () => 1_800_000_000_000_000 });
}

test('an appended incident is found by its trace id, whole', () => {
  const log = inMemory();
  const incident = numberedIncident(1);
  expect(log.append(incident, sampleLabels)).toBe(true);
  expect(log.find(incident.incident.traceId)).toEqual(incident);
  expect(log.find('f'.repeat(32))).toBeUndefined();
});

test('an incident appended again is not counted again, and stays as it was', () => {
  const log = inMemory();
  const first = numberedIncident(1);
  log.append(first, sampleLabels);
  const counted = [log.stopCounts(), log.durationCounts()];
  const again = numberedIncident(1, { verdict: { cause: 'unknown', summary: 'another verdict' } });
  expect(log.append(again, { ...sampleLabels, cause: 'unknown' })).toBe(false);
  expect([log.stopCounts(), log.durationCounts()]).toEqual(counted);
  expect(log.find(first.incident.traceId)).toEqual(first);
});

test('counts are kept for each label set, in the order of their birth', () => {
  const log = inMemory();
  const other = { ...sampleLabels, name: 'a.service', sender_unit: '' };
  log.append(numberedIncident(2), sampleLabels);
  log.append(numberedIncident(3), other);
  log.append(numberedIncident(1), sampleLabels);
  expect(log.stopCounts()).toEqual([
    {
      labels: sampleLabels,
      count: 2,
      createdAtUsec: 1_800_000_000_000_000,
      lastStopAtUsec: numberedIncident(2).incident.occurredAtUsec,
      lastTraceId: numberedIncident(2).incident.traceId,
    },
    {
      labels: other,
      count: 1,
      createdAtUsec: 1_800_000_000_000_000,
      lastStopAtUsec: numberedIncident(3).incident.occurredAtUsec,
      lastTraceId: numberedIncident(3).incident.traceId,
    },
  ]);
});

test('durations are counted by cause where both ends of the stop are known', () => {
  const log = inMemory();
  const start = 1_700_000_000_000_000;
  log.append(numberedIncident(1, { incident: { occurredAtUsec: start, endedAtUsec: start + 10_000 } }), sampleLabels);
  log.append(numberedIncident(2, { incident: { occurredAtUsec: start, endedAtUsec: start + 400_000_000 } }), sampleLabels);
  log.append(numberedIncident(3, { incident: { timeBasis: 'after' } }), sampleLabels);
  const buckets = durationBucketsSeconds.map((bound) => (bound === 0.01 ? 1 : 0));
  expect(log.durationCounts()).toEqual([
    { cause: 'requested', buckets: [...buckets, 1], sumSeconds: 400.01, createdAtUsec: 1_800_000_000_000_000 },
  ]);
});

test('a restart finds incidents, counters, positions and pending traces exactly as they were', () => {
  const path = stateDirectory();
  const before = openIncidentLog({ path, retention: generous });
  for (let number = 1; number <= 50; number++) {
    before.append(numberedIncident(number), { ...sampleLabels, name: `unit-${number % 7}.service` });
  }
  before.acknowledgeTrace(numberedIncident(1).incident.traceId);
  before.setPosition('stap:/run/stap.log', '4711');
  const state = (log: IncidentLog) => ({
    counts: log.stopCounts(),
    durations: log.durationCounts(),
    incidents: log.list({ limit: 100 }),
    unsent: log.unsentTraces(100),
    position: log.position('stap:/run/stap.log'),
  });
  const expected = state(before);
  before.close();
  const after = openIncidentLog({ path, retention: generous });
  expect(state(after)).toEqual(expected);
  expect(expected.counts).toHaveLength(7);
  expect(expected.unsent).toHaveLength(49);
  after.close();
});

test('traces are offered oldest first until they are acknowledged or given up', () => {
  const log = inMemory();
  for (const number of [5, 3, 4]) log.append(numberedIncident(number), sampleLabels);
  const offered = () => log.unsentTraces(2).map(({ incident }) => Number.parseInt(incident.traceId, 16));
  expect(offered()).toEqual([5, 3]);
  log.acknowledgeTrace(numberedIncident(5).incident.traceId);
  log.dropTrace(numberedIncident(3).incident.traceId, 'rejected');
  expect(offered()).toEqual([4]);
  expect(log.unsentTraceCount()).toBe(1);
});

test('the list is newest first, filtered, and goes on before an incident', () => {
  const log = inMemory();
  for (let number = 1; number <= 9; number++) {
    const unit = number % 3 === 0 ? 'c.service' : 'a.service';
    const verdict = number % 2 === 0 ? { cause: 'signal' as const, sender: { name: 'pkill' } } : {};
    log.append(numberedIncident(number, { incident: { unit }, verdict }), sampleLabels);
  }
  const numbers = (query: Parameters<IncidentLog['list']>[0]) =>
    log.list(query).map(({ incident }) => Number.parseInt(incident.traceId, 16));
  expect(numbers({ limit: 3 })).toEqual([9, 8, 7]);
  expect(numbers({ limit: 3, before: numberedIncident(7).incident.traceId })).toEqual([6, 5, 4]);
  expect(numbers({ limit: 9, unit: 'c.service' })).toEqual([9, 6, 3]);
  expect(numbers({ limit: 9, unit: 'c.service', cause: 'signal' })).toEqual([6]);
  expect(numbers({ limit: 9, sender: 'pkill' })).toEqual([8, 6, 4, 2]);
  expect(numbers({ limit: 9, sender: "' OR 1=1 --" })).toEqual([]);
  expect(numbers({ limit: 9, before: 'unheard of' })).toEqual([]);
  expect(numbers({ limit: -1 })).toEqual([]);
});

test('incidents of one instant are listed once each, page by page', () => {
  const log = inMemory();
  const occurredAtUsec = 1_700_000_000_000_000;
  for (let number = 1; number <= 5; number++)
    log.append(numberedIncident(number, { incident: { occurredAtUsec } }), sampleLabels);
  const first = log.list({ limit: 2 }).map(({ incident }) => incident.traceId);
  const rest = log.list({ limit: 9, before: first.at(-1) ?? '' }).map(({ incident }) => incident.traceId);
  expect(new Set([...first, ...rest]).size).toBe(5);
  expect(first.length + rest.length).toBe(5);
});

test('stops without a sender are found by the words of their label', () => {
  const log = inMemory();
  const { sender: _, ...withoutSender } = numberedIncident(1).verdict;
  log.append({ ...numberedIncident(1), verdict: { ...withoutSender, endedByItself: true } }, sampleLabels);
  log.append({ ...numberedIncident(2), verdict: withoutSender }, sampleLabels);
  expect(log.list({ limit: 9, sender: 'none' })).toHaveLength(1);
  expect(log.list({ limit: 9, sender: 'unknown' })).toHaveLength(1);
});

test('a time that cannot be does not lose the stop', () => {
  const log = inMemory();
  for (const [index, occurredAtUsec] of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1.5, 1e300].entries()) {
    expect(log.append(numberedIncident(index, { incident: { occurredAtUsec } }), sampleLabels)).toBe(true);
  }
  expect(log.stopCounts()[0]?.count).toBe(5);
});

test('only our own user may read the file', () => {
  const path = stateDirectory();
  const log = openIncidentLog({ path, retention: generous });
  log.append(numberedIncident(1), sampleLabels);
  for (const name of ['incidents.db', 'incidents.db-wal']) expect(statSync(join(path, name)).mode & 0o077).toBe(0);
  log.close();
});

test('closing twice is harmless, and a closed log says so', () => {
  const log = inMemory();
  log.close();
  log.close();
  expect(() => log.append(numberedIncident(1), sampleLabels)).toThrow('Cannot write the incident log');
});
