import { describe, expect, test } from 'vitest';
import { classify } from '../../src/classify/classify.ts';
import { Correlator } from '../../src/correlate/correlator.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import { causesOf, stopsOf } from '../support/correlate.ts';
import { callPath, jobAdded, journal, request, serviceState, signalSent, t0, testHost, unitState } from '../support/evidence.ts';

const ms = 1000;
const running = unitState(-60_000_000, 'active', 'running', {
  activeEnteredAtUsec: t0 - 60_000_000,
  inactiveExitedAtUsec: t0 - 60_000_000,
});
const jobPath = ['service_enter_stop', 'service_stop', 'job_run_and_invalidate', 'manager_dispatch_run_queue'];
const stopOnBus: readonly Evidence[] = [
  jobAdded(1 * ms, 7),
  unitState(3 * ms, 'deactivating', 'stop-sigterm', { jobId: 7 }),
  unitState(20 * ms, 'inactive', 'dead', {
    jobId: 7,
    stateChangedAtUsec: t0 + 20 * ms,
    inactiveEnteredAtUsec: t0 + 20 * ms,
    activeExitedAtUsec: t0 + 3 * ms,
  }),
];
const stopInJournal: readonly Evidence[] = [
  journal(2 * ms, 'stopping', { jobId: 7, jobType: 'stop' }),
  journal(20 * ms, 'success'),
  journal(21 * ms, 'stopped', { jobId: 7, jobType: 'stop' }),
];
const stopInProbe: readonly Evidence[] = [
  callPath(2 * ms, jobPath, { result: 'success' }),
  callPath(20 * ms, ['service_enter_dead', 'service_sigchld_event'], { result: 'success' }),
];

function inTime(evidence: readonly Evidence[]): readonly Evidence[] {
  return [...evidence].sort((a, b) => (a.atUsec ?? 0) - (b.atUsec ?? 0));
}

describe('Correlator', () => {
  test('makes one incident of one stop seen by the bus, the journal and a probe', () => {
    const stops = stopsOf(inTime([running, ...stopOnBus, ...stopInJournal, ...stopInProbe]));
    expect(stops).toHaveLength(1);
    expect(new Set(stops[0]?.incident.evidence.map(({ source }) => source))).toEqual(new Set(['dbus', 'journal', 'stap']));
  });

  test.each([
    ['the bus', stopOnBus],
    ['the journal', stopInJournal],
    ['a probe', stopInProbe],
  ])('makes the same incident when %s is a second late', (_, late) => {
    const correlator = new Correlator({ host: () => testHost, settleMs: 300, readAtUsec: 0 });
    const others = [stopOnBus, stopInJournal, stopInProbe].filter((witness) => witness !== late).flat();
    const early = inTime([running, ...others]).flatMap((one) => correlator.accept(one, (one.atUsec ?? 0) / 1000));
    const closed = correlator.expire(t0 / 1000 + 500);
    const after = late.flatMap((one) => correlator.accept(one, t0 / 1000 + 1_000));
    expect([...early, ...closed]).toHaveLength(1);
    expect([...after, ...correlator.expire(t0 / 1000 + 5_000), ...correlator.drain(true)]).toEqual([]);
    expect(correlator.lateCount).toBe(1);
  });

  test('counts a stop once whose end a probe tells by both functions of it', () => {
    const end = callPath(900 * ms, ['service_set_state'], { oldState: 'running', newState: 'dead', result: 'success' });
    expect(stopsOf([...stopInProbe, end])).toHaveLength(1);
    const next = callPath(1_500 * ms, ['service_set_state'], { oldState: 'running', newState: 'dead', result: 'success' });
    expect(stopsOf([...stopInProbe, next])).toHaveLength(2);
  });

  test('counts a stop after the clock was set back by hours, and finds who asked for it', () => {
    const later = 3 * 3_600_000_000;
    const first = stopInProbe.map((path) => ({ ...path, atUsec: (path.atUsec ?? 0) + later }));
    const asked = request(0, { source: 'stap' });
    const correlator = new Correlator({ host: () => testHost, settleMs: 300, readAtUsec: 0 });
    const before = first.flatMap((one) => correlator.accept(one, 0));
    const incidents = [...before, ...correlator.expire(1_000)];
    const after = [asked, ...stopInProbe].flatMap((one) => correlator.accept(one, 2_000));
    expect([...incidents, ...after, ...correlator.expire(4_000)]).toHaveLength(2);
    expect(correlator.lateCount).toBe(0);
  });

  test('counts a stop after a restart and a clock that was set back, though an earlier run counted a later one', () => {
    const correlator = new Correlator({ host: () => testHost, settleMs: 300, readAtUsec: 0 });
    const occurredAtUsec = t0 + 3 * 3_600_000_000;
    const traceId = 'f'.repeat(32);
    correlator.remember({ unit: 'a.service', traceId, occurredAtUsec, endedAtUsec: occurredAtUsec, timeBasis: 'reported' });
    for (const path of stopInProbe) correlator.accept(path, 0);
    expect(correlator.expire(1_000)).toHaveLength(1);
  });

  test('counts whole stops, and says nothing of their cause, where too many are under way', () => {
    const correlator = new Correlator({ host: () => testHost, settleMs: 300, readAtUsec: 0, maxOpenStops: 10 });
    const units = Array.from({ length: 30 }, (_, index) => `u${index}.service`);
    for (const one of stopInProbe) for (const unit of units) correlator.accept({ ...one, unit } as Evidence, 0);
    const incidents = correlator.expire(1_000);
    expect(incidents.map(({ unit }) => unit).toSorted()).toEqual(units.toSorted());
    const verdicts = incidents.map((incident) => [incident.truncated === true, classify(incident)?.cause]);
    expect(verdicts.filter(([isTruncated]) => !isTruncated)).toEqual(Array(10).fill([false, 'requested']));
    expect(verdicts.filter(([isTruncated]) => isTruncated)).toEqual(Array(20).fill([true, 'unknown']));
    for (const one of stopInProbe) correlator.accept({ ...one, atUsec: (one.atUsec ?? 0) + 60_000_000 } as Evidence, 2_000);
    expect(correlator.expire(3_000).map(({ truncated }) => truncated)).toEqual([undefined]);
  });

  test('explains no stop by a request that is read again after a restart', () => {
    const correlator = new Correlator({ host: () => testHost, settleMs: 300, readAtUsec: 0 });
    const asked = request(0, { source: 'stap' });
    const traceId = 'f'.repeat(32);
    correlator.remember({ unit: 'a.service', traceId, occurredAtUsec: t0, endedAtUsec: t0 + 20 * ms, timeBasis: 'reported' });
    for (const one of [asked, ...stopInProbe]) correlator.accept(one, 0);
    for (const path of stopInProbe) correlator.accept({ ...path, atUsec: (path.atUsec ?? 0) + 30_000_000 } as Evidence, 2_000);
    const [incident, ...others] = correlator.expire(4_000);
    expect(others).toEqual([]);
    expect(incident?.occurredAtUsec).toBe(t0 + 30_000_000 + 2 * ms);
    expect(incident?.evidence.map(({ kind }) => kind)).not.toContain('request');
  });

  test.each([
    ['counted by the journal meanwhile', 2 * ms, 1],
    ['of an earlier life', -120_000_000, 2],
  ])('knows a stop that was missed by the bus and is forgotten by systemd: one %s', (_, journalAt, count) => {
    const correlator = new Correlator({ host: () => testHost, settleMs: 300, readAtUsec: 0 });
    const before = stopInJournal.map((entry) => ({ ...entry, atUsec: (entry.atUsec ?? 0) + journalAt })) as Evidence[];
    const isEarlier = journalAt < 0;
    const first = isEarlier ? [...before, running] : [running, ...before];
    const closed = first.flatMap((one) => correlator.accept(one, 0));
    const early = [...closed, ...correlator.expire(5_000)];
    const asked = unitState(30_000_000, 'inactive', 'dead', { initial: true });
    const late = [...correlator.accept(asked, 30_000), ...correlator.expire(35_000)];
    expect([...early, ...late]).toHaveLength(count);
  });

  test('needs what came within ten seconds before a stop that is under way, and nothing once all is quiet', () => {
    const correlator = new Correlator({ host: () => testHost, settleMs: 300, readAtUsec: 0 });
    expect(correlator.neededSinceMs(0)).toBe(Number.POSITIVE_INFINITY);
    correlator.accept(request(0), 50_000);
    expect(correlator.neededSinceMs(52_000)).toBe(42_000);
    for (const path of stopInProbe) correlator.accept(path, 65_000);
    expect(correlator.neededSinceMs(65_000)).toBe(55_000);
    correlator.expire(66_000);
    expect(correlator.neededSinceMs(66_000)).toBe(Number.POSITIVE_INFINITY);
  });

  test('tells two stops of one unit within milliseconds apart', () => {
    const second = stopInProbe.map((path) => ({ ...path, atUsec: (path.atUsec ?? 0) + 25 * ms }));
    expect(causesOf([...stopInProbe, ...second])).toEqual(['requested', 'requested']);
  });

  test('gives the same trace id in whatever order the witnesses speak', () => {
    const [one] = stopsOf([running, ...stopOnBus, ...stopInJournal]);
    const [other] = stopsOf([running, ...stopInJournal, ...stopOnBus]);
    expect(one?.incident.traceId).toBe(other?.incident.traceId);
  });

  test('lets the stop begin with the request', () => {
    const asked = request(-5 * ms, { sender: { pid: 9, name: 'systemctl' } });
    const [stop] = stopsOf([running, asked, ...stopOnBus]);
    expect(stop?.incident.occurredAtUsec).toBe(t0 - 5 * ms);
    expect(stop?.verdict).toMatchObject({ cause: 'requested', attribution: 'proven', sender: { pid: 9 } });
  });

  test('does not let it begin with what was asked before the unit came up', () => {
    const asked = request(-900 * ms, { source: 'stap', sender: { pid: 9, name: 'systemctl' } });
    const cameUp = unitState(-500 * ms, 'active', 'running', { inactiveExitedAtUsec: t0 - 500 * ms });
    const [stop] = stopsOf([asked, cameUp, ...stopOnBus.map((one) => ({ ...one, inactiveExitedAtUsec: t0 - 500 * ms }))]);
    expect(stop?.incident.occurredAtUsec).toBe(t0 + 3 * ms);
    expect(stop?.verdict.sender).toBeUndefined();
  });

  test('does not take a refused request for the cause', () => {
    const refused = request(-5 * ms, {
      busName: ':1.5',
      serial: 3,
      sender: { pid: 9, name: 'busctl' },
      refused: 'org.freedesktop.DBus.Error.AccessDenied',
    });
    const [stop] = stopsOf([running, refused, ...stopOnBus]);
    expect(stop?.verdict.sender).toBeUndefined();
  });

  test('forgets a request as it was before it was refused', () => {
    const call = { busName: ':1.9', serial: 3, sender: { pid: 9, name: 'systemctl' } };
    const [stop] = stopsOf([
      running,
      request(-700 * ms, call),
      request(-700 * ms, { ...call, refused: 'org.freedesktop.DBus.Error.AccessDenied' }),
      ...stopOnBus,
    ]);
    expect(stop?.verdict.sender).toBeUndefined();
    expect(stop?.incident.occurredAtUsec).toBe(t0 + 3 * ms);
  });

  test('leaves what is told of the next life to the next stop', () => {
    const life = (invocationId: string, at: number, jobId: number): readonly Evidence[] => [
      unitState(at, 'active', 'running', { invocationId, activeEnteredAtUsec: t0 + at, inactiveExitedAtUsec: t0 + at }),
      unitState(at + 100 * ms, 'inactive', 'dead', {
        ...{ invocationId, jobId, stateChangedAtUsec: t0 + at + 100 * ms, inactiveEnteredAtUsec: t0 + at + 100 * ms },
        ...{ activeExitedAtUsec: t0 + at + 100 * ms, inactiveExitedAtUsec: t0 + at },
      }),
    ];
    const killed = [
      serviceState(300 * ms, { execMainCode: 2, execMainStatus: 15 }),
      journal(299 * ms, 'client-signal', { invocationId: 'two' }),
    ];
    const stops = stopsOf(inTime([...life('one', 0, 7), ...life('two', 200 * ms, 0), ...killed]));
    expect(stops.map(({ verdict }) => verdict.rule)).toEqual(['job+origin-unseen', 'kill-request']);
  });

  test('uses a request for one stop only', () => {
    const asked = request(-5 * ms, { sender: { pid: 9, name: 'systemctl' } });
    const second = stopInProbe.map((path) => ({ ...path, atUsec: (path.atUsec ?? 0) + 5_000 * ms }));
    const senders = stopsOf([asked, ...stopInProbe, ...second]).map(({ verdict }) => verdict.sender?.pid);
    expect(senders).toEqual([9, undefined]);
  });

  test('links a stop that another unit pulled in to that unit’s trace, whichever ends first', () => {
    const asked = request(0, { source: 'stap', unit: 'anchor.service', sender: { pid: 9, name: 'systemctl' } });
    const bound = [
      callPath(2 * ms, jobPath, { unit: 'bound.service', result: 'success' }),
      callPath(9 * ms, ['service_enter_dead'], { unit: 'bound.service', result: 'success' }),
    ];
    const anchor = [
      callPath(900 * ms, jobPath, { unit: 'anchor.service', result: 'success' }),
      callPath(950 * ms, ['service_enter_dead'], { unit: 'anchor.service', result: 'success' }),
    ];
    const stops = stopsOf([asked, ...bound, ...anchor]);
    const anchorStop = stops.find(({ incident }) => incident.unit === 'anchor.service');
    const boundStop = stops.find(({ incident }) => incident.unit === 'bound.service');
    expect(anchorStop?.verdict.cause).toBe('requested');
    expect(boundStop?.verdict).toMatchObject({
      cause: 'dependency',
      triggeredBy: { unit: 'anchor.service', traceId: anchorStop?.incident.traceId },
      sender: { pid: 9 },
    });
  });

  test('names who sent the signal that killed the main process', () => {
    const [stop] = stopsOf([
      serviceState(-1000 * ms, { mainPid: 100 }),
      running,
      signalSent(10 * ms, 9, { pid: 55, name: 'pkill' }, 100),
      serviceState(20 * ms, { result: 'signal', execMainCode: 2, execMainStatus: 9 }),
      unitState(20 * ms, 'failed', 'failed', { stateChangedAtUsec: t0 + 12 * ms, inactiveEnteredAtUsec: t0 + 12 * ms }),
    ]);
    expect(stop?.verdict).toMatchObject({ cause: 'signal', sender: { pid: 55, name: 'pkill' } });
    expect(stop?.verdict.ancestry.map(({ name }) => name)).toEqual(['systemd', 'pkill']);
  });

  test('does not blame a signal to another process', () => {
    const [stop] = stopsOf([
      serviceState(-1000 * ms, { mainPid: 100 }),
      running,
      signalSent(10 * ms, 9, { pid: 55, name: 'pkill' }, 4711),
      serviceState(20 * ms, { result: 'signal', execMainCode: 2, execMainStatus: 9 }),
      unitState(20 * ms, 'failed', 'failed', { stateChangedAtUsec: t0 + 12 * ms, inactiveEnteredAtUsec: t0 + 12 * ms }),
    ]);
    expect(stop?.verdict.cause).toBe('signal');
    expect(stop?.verdict.sender).toBeUndefined();
  });

  test('gives call paths without a unit to the only unit that stops in the recording', () => {
    const untimed = { ...callPath(0, ['service_enter_stop', 'on_cgroup_empty_event']) };
    const { unit: _, atUsec: __, ...homeless } = untimed;
    const { atUsec: ___, ...deactivating } = unitState(0, 'deactivating', 'stop');
    const [stop] = stopsOf([homeless, deactivating]);
    expect(stop?.incident).toMatchObject({ unit: 'a.service' });
    expect(stop?.verdict.cause).toBe('cgroup-empty');
    expect(stopsOf([homeless])[0]?.incident).toMatchObject({ unit: 'unknown', timeBasis: 'read' });
  });

  test('keeps a stop under way to itself when the exporter ends, and gives it up when a recording ends', () => {
    const correlator = new Correlator({ host: () => testHost, settleMs: 300, readAtUsec: 0 });
    for (const one of [running, ...stopOnBus.slice(0, 2)]) correlator.accept(one, (one.atUsec ?? 0) / 1000);
    expect(correlator.drain(false)).toEqual([]);
    expect(correlator.drain(true)).toHaveLength(1);
  });

  test('does not count again what an earlier run has counted, whoever tells it now', () => {
    const [first] = stopsOf(inTime([running, ...stopOnBus, ...stopInProbe]));
    for (const again of [stopInJournal, stopInProbe]) {
      const correlator = new Correlator({ host: () => testHost, settleMs: 300, readAtUsec: 0 });
      if (first !== undefined) correlator.remember(first.incident);
      const next = again.map((one) => ({ ...one, atUsec: (one.atUsec ?? 0) + 60_000 * ms }));
      const incidents = [...again, ...next].flatMap((one) => correlator.accept(one, (one.atUsec ?? 0) / 1000));
      expect([...incidents, ...correlator.drain(true)]).toHaveLength(1);
    }
  });

  test('tells the stops of a unit that is never quiet', () => {
    const correlator = new Correlator({ host: () => testHost, settleMs: 300, readAtUsec: 0 });
    const incidents = Array.from({ length: 100 }, (_, turn) => turn * 100 * ms).flatMap((at) => {
      const after = { stateChangedAtUsec: t0 + at, inactiveEnteredAtUsec: t0 + at, activeExitedAtUsec: t0 + at };
      const turn = [
        unitState(at, 'failed', 'failed', { ...after, invocationId: String(at) }),
        unitState(at + 1 * ms, 'active', 'running', { invocationId: String(at + 1) }),
      ];
      return [running, ...turn].flatMap((one) => correlator.accept(one, (t0 + at) / 1000));
    });
    expect(incidents.length).toBeGreaterThan(70);
  });

  test('counts a stop that the bus could only show afterwards once, when the journal has told it before', () => {
    const correlator = new Correlator({ host: () => testHost, settleMs: 300, readAtUsec: 0 });
    const before = { ...running, invocationId: 'one' };
    const again = { stateChangedAtUsec: t0 + 40 * ms, activeEnteredAtUsec: t0 + 40 * ms, inactiveEnteredAtUsec: t0 + 20 * ms };
    const incidents = [
      before,
      ...stopInJournal.map((entry) => ({ ...entry, invocationId: 'one' })),
      unitState(1_200 * ms, 'active', 'running', { ...again, initial: true, invocationId: 'two' }),
    ].flatMap((one) => correlator.accept(one, (one.atUsec ?? 0) / 1000));
    expect([...incidents, ...correlator.drain(true)]).toHaveLength(1);
  });

  describe('knows who asked', () => {
    const minute = 60_000_000;
    const asked = request(0, { busName: ':1.7', method: 'StopUnit' });
    const later =
      (by: number) =>
      (one: Evidence): Evidence => ({ ...one, atUsec: (one.atUsec ?? 0) + by });
    const sendersOf = (stops: ReturnType<typeof stopsOf>) => stops.map(({ incident }) => incident.evidence.includes(asked));

    test('of a stop after which a recording is quiet for an hour', () => {
      const stops = stopsOf([running, asked, ...stopOnBus, ...[asked, ...stopOnBus].map(later(60 * minute))]);
      expect(sendersOf(stops)).toEqual([true, false]);
    });

    test('of a stop that took nine minutes, while other units came and went', () => {
      const end = stopOnBus.slice(-1).map(later(9 * minute));
      const others = Array.from({ length: 540 }, (_, second) =>
        stopOnBus.map((one) => later(second * 1_000_000)({ ...one, unit: 'other.service' } as Evidence)),
      ).flat();
      const stops = stopsOf([running, asked, ...inTime([...stopOnBus.slice(0, -1), ...others, ...end])]);
      expect(sendersOf(stops.filter(({ incident }) => incident.unit === 'a.service'))).toEqual([true]);
    });

    test('of a stop that took an hour, of which nothing was heard meanwhile', () => {
      const end = stopOnBus.slice(-1).map(later(60 * minute));
      const other = stopOnBus.map((one) => later(30 * minute)({ ...one, unit: 'other.service' } as Evidence));
      const stops = stopsOf([running, asked, ...stopOnBus.slice(0, -1), ...other, ...end]);
      expect(sendersOf(stops.filter(({ incident }) => incident.unit === 'a.service'))).toEqual([true]);
    });

    test('of a stop that was being judged when this process was suspended for ten minutes', () => {
      const correlator = new Correlator({ host: () => testHost, settleMs: 300, readAtUsec: 0 });
      const closed = [running, asked, ...stopOnBus].flatMap((one) => correlator.accept(one, (one.atUsec ?? 0) / 1000));
      expect(closed).toEqual([]);
      const [stop] = correlator.expire(t0 / 1000 + 600_000);
      expect(stop?.evidence).toContain(asked);
    });
  });

  test('stays within bounds when one unit flaps ten thousand times', () => {
    const flaps = Array.from({ length: 10_000 }, (_, index) => callPath(index * 1_000 * ms, jobPath, { result: 'success' }));
    expect(causesOf(flaps)).toHaveLength(10_000);
  });
});

describe('the journal alone', () => {
  test('shows a job, a signal and a failure', () => {
    expect(causesOf(stopInJournal)).toEqual(['requested']);
    expect(
      causesOf([
        journal(0, 'process-exit', { exitCode: 'killed', exitStatus: 9, process: 'main' }),
        journal(1, 'failure', { unitResult: 'signal' }),
      ]),
    ).toEqual(['signal']);
    expect(
      causesOf([
        journal(0, 'process-exit', { exitCode: 'exited', exitStatus: 3, process: 'main' }),
        journal(1, 'failure', { unitResult: 'exit-code' }),
      ]),
    ).toEqual(['exit-code']);
  });

  test('cannot tell a clean end from an empty cgroup', () => {
    expect(causesOf([journal(0, 'success')])).toEqual(['unknown']);
  });

  test('does not count a finished oneshot, with or without its beginning', () => {
    expect(causesOf([journal(0, 'starting'), journal(1, 'success'), journal(2, 'started')])).toEqual([]);
    expect(causesOf([journal(1, 'success'), journal(2, 'started')])).toEqual([]);
  });

  test('counts a start that was broken off, though it ended well', () => {
    const end = [journal(5 * ms, 'success'), journal(6 * ms, 'stopped', { jobId: 8, jobType: 'stop', jobResult: 'done' })];
    expect(causesOf([journal(0, 'starting', { jobId: 7, jobType: 'start' }), ...end])).toHaveLength(1);
  });

  test('counts a clean end right before the next life has started', () => {
    const next = journal(100 * ms, 'started', { jobId: 8, jobType: 'start', invocationId: 'two' });
    expect(causesOf([journal(0, 'success', { invocationId: 'one' }), next])).toHaveLength(1);
  });

  test('does not count the "Stopped" of an automatic restart on systemd ≤ 252', () => {
    const crash = [
      journal(0, 'process-exit', { exitCode: 'killed', exitStatus: 9, process: 'main' }),
      journal(1, 'failure', { unitResult: 'signal' }),
    ];
    const restart = [
      journal(100 * ms, 'restart-scheduled'),
      journal(101 * ms, 'stopped', { jobType: 'restart', jobId: 8 }),
      journal(102 * ms, 'started', { jobType: 'restart', jobId: 8 }),
    ];
    expect(causesOf([...crash, ...restart])).toEqual(['signal']);
  });

  test('does not count a refused start', () => {
    expect(causesOf([journal(0, 'failure', { unitResult: 'start-limit-hit' })])).toEqual([]);
  });

  test('counts each turn of a crash loop', () => {
    const turn = (at: number, invocationId: string): readonly Evidence[] => [
      journal(at, 'process-exit', { exitCode: 'exited', exitStatus: 1, process: 'main', invocationId }),
      journal(at + 1, 'failure', { unitResult: 'exit-code', invocationId }),
      journal(at + 100 * ms, 'restart-scheduled', { invocationId }),
      journal(at + 101 * ms, 'started', { jobType: 'restart' }),
    ];
    expect(causesOf([...turn(0, 'one'), ...turn(150 * ms, 'two'), ...turn(300 * ms, 'three')])).toEqual([
      'exit-code',
      'exit-code',
      'exit-code',
    ]);
  });
});
