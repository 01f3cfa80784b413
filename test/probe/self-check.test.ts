import { describe, expect, test } from 'vitest';
import type { ProbeEvent } from '../../src/probe/probe-events.ts';
import { SelfCheck } from '../../src/probe/self-check.ts';
import { type SystemdBuild, systemdBuilds } from '../../src/probe/struct-offsets.ts';
import { active, began, changed, state } from './sample-events.ts';

const build = systemdBuilds[1] as SystemdBuild;
const header = { pid: 1, comm: 'systemd', clockUsec: 1 } as const;
const caller = { ...header, kind: 'job-tracked', unit: 'sleepy.service', type: 2, jobId: 3, peerPid: 500 } as const;
const ended = { ...header, kind: 'call-ended' } as const;

/** What PID 1 does with the unit, as systemd 252 does it. */
const story: readonly ProbeEvent[] = [
  changed({ oldActive: active.inactive, newActive: active.active, newState: state('running'), mainPid: 103 }),
  caller,
  began('service_stop'),
  changed({ oldActive: active.active, newActive: active.deactivating, newState: state('stop-sigterm'), mainPid: 103 }),
  { ...ended, function: 'service_stop' },
  began('service_sigchld_event', { mainPid: 103, child: { pid: 103, code: 2, status: 15 } }),
  changed({ oldActive: active.deactivating, newActive: active.inactive, newState: state('dead') }),
  { ...ended, function: 'service_sigchld_event' },
];

function trustAfter(events: readonly ProbeEvent[], expectedCaller = 500) {
  const who = { pids: { outside: (pid: number) => pid }, tasks: { find: () => undefined } };
  const check = new SelfCheck('sleepy.service', build, who);
  check.expectCaller({ isInside: false, pid: expectedCaller });
  for (const event of events) check.accept(event);
  return { ...check.trust, isOver: check.isOver };
}

test('a command that runs where PID 1 does is known by its own pid', () => {
  const who = { pids: { outside: () => undefined }, tasks: { find: () => undefined } };
  const check = new SelfCheck('sleepy.service', build, who);
  const peerPid = 12;
  check.expectCaller({ isInside: true, pid: peerPid });
  check.accept({ ...header, kind: 'job-tracked', unit: 'sleepy.service', jobId: 1, type: 2, peerPid });
  expect(check.trust.callers).toBe(true);
});

const all = { names: true, states: true, callers: true, calls: true, isOver: true };

describe('SelfCheck', () => {
  test('trusts all where all reads as it should', () => {
    expect(trustAfter(story)).toEqual(all);
  });

  test('trusts nothing where the unit never had its name', () => {
    const renamed = story.map((event) => ('unit' in event ? { ...event, unit: 'rubbish' } : event));
    expect(trustAfter(renamed)).toEqual({ names: false, states: false, callers: false, calls: false, isOver: false });
  });

  test.each([
    ['states that contradict what PID 1 hands over', { newState: state('running') }],
    ['a number that is no state', { newState: 4711 }],
    ['a result of nothing that failed', { result: 7 }],
  ])('does not trust %s', (_, wrong) => {
    const events = story.map((event) => (event.kind === 'unit-changed' ? { ...event, ...wrong } : event));
    expect(trustAfter(events)).toMatchObject({ ...all, states: false });
  });

  test('does not trust a main process that is not the one that ended', () => {
    const events = story.map((event) => (event.kind === 'unit-changed' ? { ...event, mainPid: 7 } : event));
    expect(trustAfter(events)).toMatchObject({ ...all, states: false });
  });

  test('does not trust the pid of a caller that is not the one who called', () => {
    expect(trustAfter(story, 501)).toEqual({ ...all, callers: false });
  });

  test('does not trust methods that a stop does not pass', () => {
    const events = story.map((event) =>
      event.kind === 'call-began' && event.function === 'service_stop' ? began('service_reload') : event,
    );
    expect(trustAfter(events)).toMatchObject({ ...all, calls: false });
  });
});
