import { describe, expect, test } from 'vitest';
import type { Evidence, UnitRelation, UnitRelations } from '../../src/model/evidence.ts';
import { type Stop, stopsOf } from '../support/correlate.ts';
import { jobAdded, jobRemoved, request, serviceState, t0, unitState } from '../support/evidence.ts';

const ms = 1000;

function relations(unit: string, ...list: readonly UnitRelation[]): UnitRelations {
  return {
    kind: 'unit-relations',
    source: 'dbus',
    atUsec: t0 - 3_600_000_000,
    unit,
    relations: list,
    raw: list.map(({ relation }) => relation).join(),
  };
}

function running(unit: string): readonly Evidence[] {
  return [serviceState(-60_000 * ms, { unit, mainPid: 100 }), unitState(-60_000 * ms, 'active', 'running', { unit })];
}

/** A stop by job, as D-Bus shows it. */
function stopped(unit: string, at: number, jobId: number): readonly Evidence[] {
  const end = t0 + (at + 10) * ms;
  return [
    unitState(at * ms, 'deactivating', 'stop-sigterm', { unit, jobId, stateChangedAtUsec: t0 + at * ms }),
    unitState((at + 10) * ms, 'inactive', 'dead', {
      unit,
      jobId,
      stateChangedAtUsec: end,
      inactiveEnteredAtUsec: end,
      activeExitedAtUsec: t0 + at * ms,
    }),
  ];
}

function killed(unit: string, at: number): readonly Evidence[] {
  const end = t0 + at * ms;
  return [
    serviceState(at * ms, { unit, result: 'signal', execMainCode: 2, execMainStatus: 9 }),
    unitState(at * ms, 'failed', 'failed', {
      unit,
      stateChangedAtUsec: end,
      inactiveEnteredAtUsec: end,
      activeExitedAtUsec: end,
    }),
  ];
}

function of(unit: string, stops: readonly Stop[]): Stop | undefined {
  return stops.find(({ incident }) => incident.unit === unit);
}

describe('a stop job that nobody asked for by name', () => {
  test.each(['BindsTo', 'PartOf', 'Requires', 'StopPropagatedFrom'])('is a dependency of the unit it has %s= to', (relation) => {
    const stops = stopsOf([
      relations('bound.service', { relation, unit: 'anchor.service', when: 'stop' }),
      ...running('anchor.service'),
      ...running('bound.service'),
      jobAdded(0, 20, 'anchor.service'),
      jobAdded(1 * ms, 21, 'bound.service'),
      ...stopped('bound.service', 2, 21),
      ...stopped('anchor.service', 20, 20),
    ]);
    expect(of('anchor.service', stops)?.verdict.cause).toBe('requested');
    expect(of('bound.service', stops)?.verdict).toMatchObject({
      cause: 'dependency',
      rule: `job+relation-${relation}`,
      triggeredBy: { unit: 'anchor.service', traceId: of('anchor.service', stops)?.incident.traceId },
    });
  });

  test('is a dependency of the unit that was started in conflict with it', () => {
    const stops = stopsOf([
      relations('loser.service', { relation: 'ConflictedBy', unit: 'winner.service', when: 'start' }),
      ...running('loser.service'),
      jobAdded(0, 20, 'winner.service'),
      jobAdded(1 * ms, 21, 'loser.service'),
      ...stopped('loser.service', 2, 21),
    ]);
    expect(of('loser.service', stops)?.verdict).toMatchObject({ cause: 'dependency', triggeredBy: { unit: 'winner.service' } });
  });

  test('is a dependency of the unit it is bound to, when that one was killed', () => {
    const stops = stopsOf([
      relations('bound.service', { relation: 'BindsTo', unit: 'anchor.service', when: 'stop' }),
      ...running('anchor.service'),
      ...running('bound.service'),
      ...killed('anchor.service', 0),
      jobAdded(1 * ms, 21, 'bound.service'),
      ...stopped('bound.service', 2, 21),
    ]);
    expect(of('bound.service', stops)?.verdict).toMatchObject({ cause: 'dependency', triggeredBy: { unit: 'anchor.service' } });
  });

  test('is a dependency of a unit that was started in conflict with it, and alone knows of it', () => {
    const stops = stopsOf([
      ...running('loser.service'),
      jobAdded(0, 20, 'winner.service'),
      jobAdded(1 * ms, 21, 'loser.service'),
      ...stopped('loser.service', 2, 21),
      { ...relations('winner.service', { relation: 'Conflicts', unit: 'loser.service', when: 'start' }), atUsec: t0 + 13 * ms },
    ]);
    expect(of('loser.service', stops)?.verdict).toMatchObject({ cause: 'dependency', triggeredBy: { unit: 'winner.service' } });
  });

  test('is a dependency of the first of a chain of units that pull in each other', () => {
    const stops = stopsOf([
      relations('middle.service', { relation: 'Requires', unit: 'anchor.service', when: 'stop' }),
      relations('last.service', { relation: 'PartOf', unit: 'middle.service', when: 'stop' }),
      ...['anchor.service', 'middle.service', 'last.service'].flatMap(running),
      jobAdded(0, 20, 'anchor.service'),
      jobAdded(1 * ms, 22, 'last.service'),
      jobAdded(1 * ms, 21, 'middle.service'),
      ...stopped('last.service', 2, 22),
      ...stopped('middle.service', 12, 21),
      ...stopped('anchor.service', 22, 20),
    ]);
    expect(of('last.service', stops)?.verdict).toMatchObject({ cause: 'dependency', triggeredBy: { unit: 'anchor.service' } });
    expect(of('anchor.service', stops)?.verdict.cause).toBe('requested');
  });

  test('is a dependency of the unit it is bound to, whatever that one did afterwards', () => {
    const stops = stopsOf([
      relations('bound.service', { relation: 'BindsTo', unit: 'anchor.service', when: 'stop' }),
      ...running('anchor.service'),
      ...running('bound.service'),
      ...killed('anchor.service', 0),
      jobAdded(1 * ms, 21, 'bound.service'),
      ...stopped('bound.service', 2, 21),
      unitState(100 * ms, 'active', 'running', { unit: 'anchor.service' }),
      ...killed('anchor.service', 200),
    ]);
    expect(of('bound.service', stops)?.verdict).toMatchObject({ cause: 'dependency', triggeredBy: { unit: 'anchor.service' } });
  });

  test('is a dependency of the target that is isolated', () => {
    const stops = stopsOf([
      ...running('bound.service'),
      { ...jobAdded(0, 20, 'isolated.target'), jobType: 'start' },
      jobAdded(2 * ms, 21, 'bound.service'),
      ...stopped('bound.service', 3, 21),
    ]);
    expect(of('bound.service', stops)?.verdict).toMatchObject({
      cause: 'dependency',
      rule: 'job+isolation',
      triggeredBy: { unit: 'isolated.target' },
    });
  });

  test('is a dependency of the target that is isolated, also where a loaded machine announces its jobs slowly', () => {
    const stops = stopsOf([
      ...running('bound.service'),
      jobAdded(0, 20, 'isolated.target'),
      jobAdded(75 * ms, 22, 'modprobe@drm.service'),
      jobAdded(78 * ms, 23, 'graphical.target'),
      jobAdded(109 * ms, 24, 'bound.service'),
      ...stopped('bound.service', 110, 24),
    ]);
    expect(of('bound.service', stops)?.verdict).toMatchObject({
      cause: 'dependency',
      triggeredBy: { unit: 'isolated.target' },
    });
  });

  test('is a dependency of the target that is isolated, where PID 1 first did all jobs and then announced them', () => {
    const stops = stopsOf([
      ...['lowest.service', 'middle.service', 'highest.service'].flatMap(running),
      jobAdded(0, 20, 'isolated.target'),
      jobAdded(160 * ms, 24, 'graphical.target'),
      jobAdded(162 * ms, 22, 'lowest.service'),
      jobAdded(164 * ms, 25, 'highest.service'),
      jobAdded(166 * ms, 23, 'middle.service'),
      ...stopped('lowest.service', 170, 22),
      ...stopped('middle.service', 171, 23),
      ...stopped('highest.service', 172, 25),
    ]);
    for (const unit of ['lowest.service', 'middle.service', 'highest.service'])
      expect(of(unit, stops)?.verdict, unit).toMatchObject({
        cause: 'dependency',
        rule: 'job+isolation',
        triggeredBy: { unit: 'isolated.target' },
      });
  });

  test('is no dependency of a target that waits, while others are asked to stop one by one', () => {
    const stops = stopsOf([
      ...['one.service', 'two.service'].flatMap(running),
      jobAdded(0, 20, 'some.target'),
      jobAdded(160 * ms, 24, 'one.service'),
      jobAdded(162 * ms, 25, 'two.service'),
      ...stopped('one.service', 170, 24),
      ...stopped('two.service', 171, 25),
    ]);
    for (const unit of ['one.service', 'two.service']) expect(of(unit, stops)?.verdict.cause, unit).toBe('requested');
  });

  test('has not the sender of a call that got no answer, long before the job', () => {
    const sender = { pid: 9, name: 'fire-and-forget' };
    const call = (at: number) => request(at, { source: 'dbus', unit: 'alone.service', busName: ':1.9', sender });
    const senderOf = (at: number) => {
      const stops = stopsOf([
        ...running('alone.service'),
        call(at),
        jobAdded(0, 21, 'alone.service'),
        ...stopped('alone.service', 2, 21),
      ]);
      return of('alone.service', stops)?.verdict;
    };
    expect(senderOf(-200 * ms)).toMatchObject({ cause: 'requested', sender });
    expect(senderOf(-1_500 * ms)).toMatchObject({ cause: 'requested', rule: 'job+origin-unseen' });
    expect(senderOf(-1_500 * ms)?.sender).toBeUndefined();
  });

  test('is no dependency of what a probe saw asked for, where the probe saw nothing of the stop', () => {
    const stops = stopsOf([
      ...running('alone.service'),
      request(-200 * ms, { source: 'tracefs', unit: 'alone.service', action: 'start', sender: { pid: 8, name: 'systemctl' } }),
      request(-100 * ms, { source: 'tracefs', unit: 'probe.service', action: 'restart', sender: { pid: 9, name: 'systemctl' } }),
      jobAdded(0, 21, 'alone.service'),
      ...stopped('alone.service', 2, 21),
    ]);
    expect(of('alone.service', stops)?.verdict).toMatchObject({ cause: 'requested', rule: 'job+origin-unseen' });
  });

  test.each([
    ['has been started before', [jobAdded(-100 * ms, 20, 'some.target'), jobAdded(2 * ms, 21, 'bound.service')]],
    ['is started after it', [jobAdded(0, 21, 'bound.service'), jobAdded(1 * ms, 22, 'some.target')]],
  ])('is no dependency of a target that %s', (_, evidence) => {
    const stops = stopsOf([...running('bound.service'), ...evidence, ...stopped('bound.service', 3, 21)]);
    expect(of('bound.service', stops)?.verdict.cause).toBe('requested');
  });

  test('has PID 1 as its sender, where it is bound to a unit that was killed or nothing needs it any more', () => {
    const stops = stopsOf([
      relations('bound.service', { relation: 'BindsTo', unit: 'anchor.service', when: 'stop' }),
      relations('needed.service', { relation: 'StopWhenUnneeded', unit: 'bound.service', when: 'stop' }),
      ...['anchor.service', 'bound.service', 'needed.service'].flatMap(running),
      ...killed('anchor.service', 0),
      jobAdded(1 * ms, 21, 'bound.service'),
      ...stopped('bound.service', 2, 21),
      jobAdded(13 * ms, 22, 'needed.service'),
      ...stopped('needed.service', 14, 22),
    ]);
    for (const unit of ['bound.service', 'needed.service'])
      expect(of(unit, stops)?.verdict).toMatchObject({ cause: 'dependency', sender: { pid: 1, name: 'systemd' } });
  });

  test('has the sender of the request for the unit that pulled it in', () => {
    const stops = stopsOf([
      relations('bound.service', { relation: 'BindsTo', unit: 'anchor.service', when: 'stop' }),
      ...running('bound.service'),
      request(-1 * ms, { unit: 'anchor.service', sender: { pid: 9, name: 'busctl' } }),
      jobAdded(0, 20, 'anchor.service'),
      jobAdded(1 * ms, 21, 'bound.service'),
      ...stopped('bound.service', 2, 21),
    ]);
    expect(of('bound.service', stops)?.verdict.sender).toMatchObject({ pid: 9, name: 'busctl' });
  });

  test.each([
    ['whose job was over long before', { jobId: 9 }, -30_000],
    ['that was made long before, and whose job is not known', {}, -30_000],
  ])('has no sender of an earlier request %s', (_, more, at) => {
    const stops = stopsOf([
      relations('bound.service', { relation: 'BindsTo', unit: 'anchor.service', when: 'stop' }),
      ...running('anchor.service'),
      ...running('bound.service'),
      request(at * ms, { unit: 'anchor.service', sender: { pid: 9, name: 'busctl' }, ...more }),
      request(at * ms, { unit: 'some.target', mode: 'isolate', sender: { pid: 9, name: 'busctl' }, ...more }),
      jobAdded((at + 1) * ms, 9, 'anchor.service'),
      jobRemoved((at + 9) * ms, 9, 'anchor.service'),
      jobAdded(0, 20, 'anchor.service'),
      jobAdded(1 * ms, 21, 'bound.service'),
      ...stopped('bound.service', 2, 21),
    ]);
    expect(of('bound.service', stops)?.verdict).toMatchObject({ cause: 'dependency', triggeredBy: { unit: 'anchor.service' } });
    expect(of('bound.service', stops)?.verdict.sender).toBeUndefined();
  });

  test('is traced back no further than to the unit that stopped by itself, and never to itself', () => {
    const crash = [...killed('vswitch.service', -200), { ...jobAdded(-20 * ms, 30, 'vswitch.service'), jobType: 'restart' }];
    const stops = stopsOf([
      relations('switch.service', { relation: 'Requires', unit: 'vswitch.service', when: 'stop' }),
      relations('vswitch.service', { relation: 'PartOf', unit: 'switch.service', when: 'stop' }),
      ...running('switch.service'),
      jobAdded(-7000 * ms, 10, 'switch.service'),
      ...stopped('switch.service', -6900, 10),
      jobRemoved(-6800 * ms, 10, 'switch.service'),
      ...running('vswitch.service'),
      unitState(-3000 * ms, 'active', 'running', { unit: 'switch.service' }),
      ...crash,
      jobAdded(0, 31, 'switch.service'),
      ...stopped('switch.service', 2, 31),
    ]);
    const last = stops.findLast(({ incident }) => incident.unit === 'switch.service');
    expect(last?.verdict).toMatchObject({ cause: 'dependency', triggeredBy: { unit: 'vswitch.service' } });
  });

  test.each([
    ['that unit does nothing', [jobAdded(1 * ms, 21, 'bound.service')]],
    ['that unit was stopped long before', [...killed('anchor.service', -50_000), jobAdded(1 * ms, 21, 'bound.service')]],
    [
      'it was asked for by name',
      [jobAdded(0, 20, 'anchor.service'), request(0, { unit: 'bound.service' }), jobAdded(1 * ms, 21, 'bound.service')],
    ],
    [
      'the job of that unit came after its own',
      [jobAdded(0, 21, 'bound.service'), jobAdded(1 * ms, 22, 'anchor.service'), ...stopped('anchor.service', 1, 22)],
    ],
    [
      'that unit has stopped before it, by a later job',
      [
        jobAdded(0, 21, 'bound.service'),
        jobAdded(0, 22, 'anchor.service'),
        ...stopped('anchor.service', -20, 22),
        unitState(-9 * ms, 'inactive', 'dead', { unit: 'anchor.service', activeExitedAtUsec: t0 - 20 * ms }),
      ],
    ],
    [
      'the job of that unit was over by then',
      [
        jobAdded(-90 * ms, 20, 'anchor.service'),
        jobRemoved(-80 * ms, 20, 'anchor.service'),
        jobAdded(1 * ms, 21, 'bound.service'),
      ],
    ],
    [
      'that unit is only loaded again, to be told that it does not run',
      [unitState(0, 'inactive', 'dead', { unit: 'anchor.service' }), jobAdded(1 * ms, 21, 'bound.service')],
    ],
    [
      'that unit was killed, but does not take along what merely requires it',
      [
        relations('bound.service', { relation: 'Requires', unit: 'anchor.service', when: 'stop' }),
        ...killed('anchor.service', 0),
        jobAdded(1 * ms, 21, 'bound.service'),
      ],
    ],
    ['a unit without a relation has a job', [jobAdded(0, 20, 'stranger.service'), jobAdded(1 * ms, 21, 'bound.service')]],
  ])('is requested when %s', (_, evidence) => {
    const stops = stopsOf([
      relations('bound.service', { relation: 'BindsTo', unit: 'anchor.service', when: 'stop' }),
      ...running('bound.service'),
      ...evidence,
      ...stopped('bound.service', 2, 21),
    ]);
    expect(of('bound.service', stops)?.verdict.cause).toBe('requested');
  });

  test('is no dependency of a unit that was started, where only its stop would matter', () => {
    const stops = stopsOf([
      relations('bound.service', { relation: 'Conflicts', unit: 'other.service', when: 'start' }),
      ...running('other.service'),
      ...running('bound.service'),
      ...killed('other.service', 0),
      jobAdded(1 * ms, 21, 'bound.service'),
      ...stopped('bound.service', 2, 21),
    ]);
    expect(of('bound.service', stops)?.verdict.cause).toBe('requested');
  });

  test('counts one for each of twenty, each linked to the anchor', () => {
    const names = Array.from({ length: 20 }, (_, index) => `dependent@${index}.service`);
    const stops = stopsOf(
      [
        ...names.map((unit) => relations(unit, { relation: 'BindsTo', unit: 'anchor.service', when: 'stop' })),
        ...running('anchor.service'),
        ...names.flatMap(running),
        jobAdded(0, 20, 'anchor.service'),
        ...names.map((unit, index) => jobAdded(1 * ms, 21 + index, unit)),
        ...names.flatMap((unit, index) => stopped(unit, 2, 21 + index)),
        ...stopped('anchor.service', 20, 20),
      ].sort((a, b) => (a.atUsec ?? 0) - (b.atUsec ?? 0)),
    );
    expect(stops).toHaveLength(21);
    const traceId = of('anchor.service', stops)?.incident.traceId;
    for (const unit of names)
      expect(of(unit, stops)?.verdict).toMatchObject({ cause: 'dependency', triggeredBy: { unit: 'anchor.service', traceId } });
  });
});
