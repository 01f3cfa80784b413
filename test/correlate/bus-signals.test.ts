import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/model/evidence.ts';
import { causesOf, stopsOf } from '../support/correlate.ts';
import { jobAdded, jobRemoved, serviceState, t0, unitState } from '../support/evidence.ts';

const ms = 1000;
const second = 1_000_000;
const running: readonly Evidence[] = [
  serviceState(-60 * second, { mainPid: 100 }),
  unitState(-60 * second, 'active', 'running', {
    inactiveExitedAtUsec: t0 - 60 * second,
    activeEnteredAtUsec: t0 - 60 * second,
    invocationId: 'one',
  }),
];
const dead = { stateChangedAtUsec: t0 + 20 * ms, inactiveEnteredAtUsec: t0 + 20 * ms, activeExitedAtUsec: t0 + 10 * ms };

/** The orders of signals that SYSTEMD.md §6.3 recorded from running PID 1s. */
const cases: readonly { readonly name: string; readonly evidence: readonly Evidence[]; readonly causes: readonly string[] }[] = [
  {
    name: 'systemctl stop on 247 and later is requested',
    evidence: [
      ...running,
      serviceState(0, { mainPid: 100 }),
      unitState(0, 'active', 'running', { jobId: 7 }),
      jobAdded(1 * ms, 7),
      unitState(2 * ms, 'active', 'running', { jobId: 7 }),
      serviceState(3 * ms, { mainPid: 100 }),
      unitState(3 * ms, 'deactivating', 'stop-sigterm', { jobId: 7 }),
      serviceState(20 * ms, { execMainCode: 2, execMainStatus: 15 }),
      unitState(20 * ms, 'inactive', 'dead', { ...dead, jobId: 7 }),
      jobRemoved(21 * ms, 7),
      unitState(22 * ms, 'inactive', 'dead', dead),
    ],
    causes: ['requested'],
  },
  {
    name: 'systemctl restart is requested, though its job is a start job by the time that its type is asked for',
    evidence: [
      ...running,
      { ...jobAdded(1 * ms, 7), jobType: 'start' },
      serviceState(3 * ms, { mainPid: 100 }),
      unitState(3 * ms, 'deactivating', 'stop-sigterm', { jobId: 7 }),
      serviceState(20 * ms, { execMainCode: 2, execMainStatus: 15 }),
      unitState(20 * ms, 'inactive', 'dead', { ...dead, jobId: 7 }),
      jobRemoved(40 * ms, 7),
    ],
    causes: ['requested'],
  },
  {
    name: 'systemctl stop on 239, its states merged into one and its job removed first, is requested',
    evidence: [
      ...running,
      jobAdded(1 * ms, 7),
      jobRemoved(19 * ms, 7),
      serviceState(20 * ms, { execMainCode: 2, execMainStatus: 15 }),
      unitState(20 * ms, 'inactive', 'dead', dead),
    ],
    causes: ['requested'],
  },
  {
    name: 'systemctl stop on 219 never shows the dead unit, and is requested',
    evidence: [
      ...running,
      jobAdded(1 * ms, 7),
      unitState(3 * ms, 'deactivating', 'stop-sigterm', { jobId: 7 }),
      jobRemoved(20 * ms, 7),
      { kind: 'unit-removed', source: 'dbus', unit: 'a.service', atUsec: t0 + 21 * ms, raw: 'UnitRemoved' },
    ],
    causes: ['requested'],
  },
  {
    name: 'kill -9 of the main process is one signal, and signal',
    evidence: [
      ...running,
      serviceState(20 * ms, { result: 'signal', execMainCode: 2, execMainStatus: 9 }),
      unitState(20 * ms, 'failed', 'failed', dead),
    ],
    causes: ['signal'],
  },
  {
    name: 'kill -9 right after a start is signal, though something had asked the unit at rest to stop just before',
    evidence: [
      unitState(-second, 'inactive', 'dead', { initial: true }),
      { ...jobAdded(-300 * ms, 7), jobType: 'stop' },
      jobRemoved(-298 * ms, 7),
      { ...jobAdded(-250 * ms, 8), jobType: 'start' },
      serviceState(-240 * ms, { mainPid: 100 }),
      unitState(-240 * ms, 'active', 'running', { inactiveExitedAtUsec: t0 - 240 * ms, activeEnteredAtUsec: t0 - 240 * ms }),
      jobRemoved(-239 * ms, 8),
      serviceState(20 * ms, { result: 'signal', execMainCode: 2, execMainStatus: 9 }),
      unitState(20 * ms, 'failed', 'failed', dead),
    ],
    causes: ['signal'],
  },
  {
    name: 'kill -TERM of the main process is signal though systemd calls it a success',
    evidence: [
      ...running,
      serviceState(20 * ms, { execMainCode: 2, execMainStatus: 15 }),
      unitState(20 * ms, 'inactive', 'dead', dead),
    ],
    causes: ['signal'],
  },
  {
    name: 'exit 0 is exited',
    evidence: [...running, serviceState(20 * ms, { execMainCode: 1 }), unitState(20 * ms, 'inactive', 'dead', dead)],
    causes: ['exited'],
  },
  {
    name: 'exit 3 is exit-code',
    evidence: [
      ...running,
      serviceState(20 * ms, { result: 'exit-code', execMainCode: 1, execMainStatus: 3 }),
      unitState(20 * ms, 'failed', 'failed', dead),
    ],
    causes: ['exit-code'],
  },
  {
    name: 'a core dump is core-dump',
    evidence: [
      ...running,
      serviceState(20 * ms, { result: 'core-dump', execMainCode: 3, execMainStatus: 6 }),
      unitState(20 * ms, 'failed', 'failed', dead),
    ],
    causes: ['core-dump'],
  },
  {
    name: 'an empty cgroup, no main process known, is cgroup-empty',
    evidence: [
      serviceState(-1, { execMainPid: 0 }),
      ...running.slice(1),
      serviceState(20 * ms, { execMainPid: 0 }),
      unitState(20 * ms, 'inactive', 'dead', dead),
    ],
    causes: ['cgroup-empty'],
  },
  {
    name: 'a missed watchdog is watchdog',
    evidence: [
      ...running,
      serviceState(10 * ms, { result: 'watchdog', mainPid: 100 }),
      unitState(10 * ms, 'deactivating', 'stop-watchdog'),
      serviceState(20 * ms, { result: 'watchdog', execMainCode: 3, execMainStatus: 6 }),
      unitState(20 * ms, 'failed', 'failed', dead),
    ],
    causes: ['watchdog'],
  },
  {
    name: 'a missed watchdog on 219, whose result is overwritten, is watchdog',
    evidence: [
      ...running,
      serviceState(10 * ms, { result: 'success', mainPid: 100 }),
      unitState(10 * ms, 'deactivating', 'stop-sigabrt'),
      serviceState(20 * ms, { result: 'signal', execMainCode: 2, execMainStatus: 6 }),
      unitState(20 * ms, 'failed', 'failed', dead),
    ],
    causes: ['watchdog'],
  },
  {
    name: 'a stop that needs SIGKILL at its timeout is still requested',
    evidence: [
      ...running,
      jobAdded(1 * ms, 7),
      unitState(3 * ms, 'deactivating', 'stop-sigterm', { jobId: 7 }),
      serviceState(90 * second, { result: 'timeout', mainPid: 100 }),
      unitState(90 * second, 'deactivating', 'stop-sigkill', { jobId: 7 }),
      serviceState(91 * second, { result: 'timeout', execMainCode: 2, execMainStatus: 9 }),
      unitState(91 * second, 'failed', 'failed', {
        inactiveEnteredAtUsec: t0 + 91 * second,
        stateChangedAtUsec: t0 + 91 * second,
      }),
      jobRemoved(91 * second, 7),
    ],
    causes: ['requested'],
  },
  {
    name: 'RuntimeMaxSec= is timeout',
    evidence: [
      ...running,
      serviceState(10 * ms, { result: 'timeout', mainPid: 100 }),
      unitState(10 * ms, 'deactivating', 'stop-sigterm'),
      serviceState(20 * ms, { result: 'timeout', execMainCode: 2, execMainStatus: 15 }),
      unitState(20 * ms, 'failed', 'failed', dead),
    ],
    causes: ['timeout'],
  },
  {
    name: 'STOPPING=1 is notify-stopping',
    evidence: [
      ...running,
      serviceState(10 * ms, { mainPid: 100 }),
      unitState(10 * ms, 'deactivating', 'stop-sigterm'),
      serviceState(20 * ms, { execMainCode: 1 }),
      unitState(20 * ms, 'inactive', 'dead', dead),
    ],
    causes: ['notify-stopping'],
  },
  {
    name: 'a crash with Restart= on 239 shows only auto-restart, and is one signal',
    evidence: [
      ...running,
      serviceState(20 * ms, { result: 'signal', execMainCode: 2, execMainStatus: 9 }),
      unitState(20 * ms, 'activating', 'auto-restart', dead),
      jobAdded(120 * ms, 9),
      unitState(121 * ms, 'activating', 'auto-restart', { ...dead, jobId: 9 }),
      serviceState(130 * ms, { mainPid: 200, execMainPid: 200 }),
      unitState(130 * ms, 'active', 'running', { jobId: 0, invocationId: 'two' }),
    ],
    causes: ['signal'],
  },
  {
    name: 'a crash with Restart= on 257 passes three states of rest, and is one signal',
    evidence: [
      ...running,
      serviceState(20 * ms, { result: 'signal', execMainCode: 2, execMainStatus: 9 }),
      unitState(20 * ms, 'failed', 'failed-before-auto-restart', dead),
      unitState(21 * ms, 'activating', 'auto-restart', dead),
      jobAdded(120 * ms, 9),
      unitState(121 * ms, 'activating', 'auto-restart-queued', { ...dead, jobId: 9 }),
      unitState(130 * ms, 'active', 'running', { invocationId: 'two' }),
    ],
    causes: ['signal'],
  },
  {
    name: 'systemctl restart is one stop, requested',
    evidence: [
      ...running,
      jobAdded(1 * ms, 7),
      unitState(3 * ms, 'deactivating', 'stop-sigterm', { jobId: 7 }),
      serviceState(20 * ms, { execMainCode: 2, execMainStatus: 15 }),
      unitState(20 * ms, 'inactive', 'dead', { ...dead, jobId: 7 }),
      unitState(30 * ms, 'active', 'running', { invocationId: 'two' }),
      jobRemoved(31 * ms, 7),
    ],
    causes: ['requested'],
  },
  {
    name: 'a restart so fast that only a new life is shown is one stop',
    evidence: [
      ...running,
      jobAdded(1 * ms, 7),
      unitState(30 * ms, 'active', 'running', {
        invocationId: 'two',
        jobId: 7,
        inactiveEnteredAtUsec: t0 + 20 * ms,
        activeExitedAtUsec: t0 + 10 * ms,
      }),
    ],
    causes: ['requested'],
  },
  {
    name: 'a start that fails after a restart job is no second request',
    evidence: [
      ...running,
      jobAdded(1 * ms, 7),
      unitState(3 * ms, 'deactivating', 'stop-sigterm', { jobId: 7 }),
      unitState(20 * ms, 'inactive', 'dead', { ...dead, jobId: 7 }),
      serviceState(30 * ms, { mainPid: 200, execMainPid: 200 }),
      unitState(30 * ms, 'activating', 'start', { jobId: 7, inactiveExitedAtUsec: t0 + 30 * ms }),
      serviceState(900 * ms, { result: 'exit-code', execMainPid: 200, execMainCode: 1, execMainStatus: 1 }),
      unitState(900 * ms, 'failed', 'failed', {
        jobId: 0,
        stateChangedAtUsec: t0 + 900 * ms,
        inactiveEnteredAtUsec: t0 + 900 * ms,
        inactiveExitedAtUsec: t0 + 30 * ms,
      }),
    ],
    causes: ['requested', 'exit-code'],
  },
  {
    name: 'a oneshot that finishes is no stop',
    evidence: [
      unitState(-1, 'inactive', 'dead', { initial: true }),
      jobAdded(0, 5),
      unitState(1 * ms, 'activating', 'start', { jobId: 5 }),
      serviceState(20 * ms, { execMainCode: 1 }),
      unitState(20 * ms, 'inactive', 'dead'),
      jobRemoved(21 * ms, 5),
    ],
    causes: [],
  },
  {
    name: 'a oneshot that fails is a stop in phase start',
    evidence: [
      unitState(-1, 'inactive', 'dead', { initial: true }),
      jobAdded(0, 5),
      unitState(1 * ms, 'activating', 'start', { jobId: 5 }),
      serviceState(20 * ms, { result: 'exit-code', execMainCode: 1, execMainStatus: 1 }),
      unitState(20 * ms, 'failed', 'failed', {
        jobId: 5,
        inactiveExitedAtUsec: t0 + 1 * ms,
        stateChangedAtUsec: t0 + 20 * ms,
        inactiveEnteredAtUsec: t0 + 20 * ms,
      }),
    ],
    causes: ['exit-code'],
  },
  {
    name: 'a start refused by the start limit is no stop',
    evidence: [
      unitState(-1, 'activating', 'auto-restart', { initial: true }),
      serviceState(20 * ms, { result: 'start-limit-hit' }),
      unitState(20 * ms, 'failed', 'failed', dead),
    ],
    causes: [],
  },
  {
    name: 'a stop job in the wait for a restart is no second stop',
    evidence: [
      ...running,
      serviceState(20 * ms, { result: 'exit-code', execMainCode: 1, execMainStatus: 1 }),
      unitState(20 * ms, 'activating', 'auto-restart', dead),
      jobAdded(50 * ms, 8),
      unitState(51 * ms, 'inactive', 'dead', { stateChangedAtUsec: t0 + 51 * ms, inactiveEnteredAtUsec: t0 + 51 * ms }),
    ],
    causes: ['exit-code'],
  },
  {
    name: 'a reload is no stop',
    evidence: [
      ...running,
      jobAdded(0, 5),
      unitState(1 * ms, 'reloading', 'reload', { jobId: 5, invocationId: 'one' }),
      unitState(2 * ms, 'active', 'running', { invocationId: 'one' }),
    ],
    causes: [],
  },
  {
    name: 'reset-failed is no stop',
    evidence: [unitState(-1, 'failed', 'failed', { initial: true }), unitState(0, 'inactive', 'dead')],
    causes: [],
  },
  {
    name: 'the first signal about a unit, when it shows it just stopped, is a stop',
    evidence: [
      serviceState(20 * ms, { result: 'signal', execMainCode: 2, execMainStatus: 9 }),
      unitState(21 * ms, 'failed', 'failed', { ...dead, inactiveExitedAtUsec: t0 - second }),
    ],
    causes: ['signal'],
  },
  {
    name: 'a life that passed between two states of rest is a stop',
    evidence: [
      unitState(-1, 'activating', 'auto-restart', { initial: true, invocationId: 'one' }),
      serviceState(20 * ms, { result: 'exit-code', execMainPid: 300, execMainCode: 1, execMainStatus: 1 }),
      unitState(20 * ms, 'activating', 'auto-restart', { ...dead, invocationId: 'two' }),
    ],
    causes: ['exit-code'],
  },
  {
    name: 'an exporter that starts in the middle of a stop sees it',
    evidence: [
      unitState(0, 'deactivating', 'stop-sigterm', { initial: true, jobId: 7 }),
      unitState(20 * ms, 'inactive', 'dead', dead),
    ],
    causes: ['requested'],
  },
];

describe('from D-Bus signals alone', () => {
  test.each(cases)('$name', ({ evidence, causes }) => {
    expect(causesOf(evidence)).toEqual(causes);
  });

  test('the stop begins with its job and ends when the unit is inactive', () => {
    const [stop] = stopsOf(cases[0]?.evidence ?? []);
    expect(stop?.incident.endedAtUsec).toBe(t0 + 20 * ms);
    expect(stop?.incident.timeBasis).toBe('reported');
    expect(stop?.incident.jobId).toBe(7);
  });
});
