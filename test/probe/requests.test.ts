import { describe, expect, test } from 'vitest';
import type { JobAsked, JobTracked } from '../../src/probe/probe-events.ts';
import { Requests } from '../../src/probe/requests.ts';
import { jobModes } from '../../src/probe/systemd-words.ts';

const header = { pid: 1, comm: 'systemd' } as const;
const systemctl = { sender: { pid: 104, name: 'systemctl' }, ancestry: [{ pid: 104, name: 'systemctl' }] };

function requests({ callers = true } = {}): Requests {
  return new Requests({
    realtimeOf: (clockUsec) => clockUsec + 1_000_000,
    people: { describeInside: (pid) => (pid === 104 ? systemctl : undefined) },
    modes: jobModes[244],
    trust: { callers },
  });
}

function asked(overrides: Partial<JobAsked> = {}): JobAsked {
  return {
    ...header,
    kind: 'job-asked',
    clockUsec: 10,
    unit: 'a.service',
    type: 2,
    mode: 1,
    flags: 0,
    peerPid: 104,
    ...overrides,
  };
}

function tracked(overrides: Partial<JobTracked> = {}): JobTracked {
  return { ...header, kind: 'job-tracked', clockUsec: 20, unit: 'a.service', type: 2, jobId: 84, peerPid: 104, ...overrides };
}

describe('Requests', () => {
  test('tells of a call once its job is queued: who, what, how, and the job', () => {
    const seen = requests();
    seen.asked(asked());
    expect(seen.tracked(tracked())).toEqual({
      kind: 'request',
      atUsec: 1_000_010,
      unit: 'a.service',
      action: 'stop',
      mode: 'replace',
      jobId: 84,
      ...systemctl,
    });
  });

  test.each([
    ['try-restart', { type: 6 }, 'try-restart'],
    ['reload-or-restart', { type: 4, flags: 1 }, 'reload-or-restart'],
    ['reload-or-try-restart', { type: 6, flags: 1 }, 'reload-or-try-restart'],
  ])('calls a %s what it was when it was asked for', (_, call, action) => {
    const seen = requests();
    seen.asked(asked(call));
    expect(seen.tracked(tracked({ type: 4 })).action).toBe(action);
  });

  test('tells the units of one call for many', () => {
    const seen = requests();
    seen.asked({ ...header, kind: 'jobs-asked', clockUsec: 10, type: 2, mode: 1 });
    expect(seen.tracked(tracked())).toMatchObject({ unit: 'a.service', action: 'stop', mode: 'replace', jobId: 84 });
    expect(seen.tracked(tracked({ unit: 'b.service', jobId: 85 }))).toMatchObject({ unit: 'b.service', jobId: 85 });
  });

  test('tells the bus name alone of one who came over the bus: the pid there is PID 1’s', () => {
    const seen = requests();
    const caller = { busName: ':1.2', peerPid: 1 };
    seen.asked(asked(caller));
    const request = seen.tracked(tracked(caller));
    expect(request.busName).toBe(':1.2');
    expect(request).not.toHaveProperty('sender');
  });

  test('names nobody where the place of the pid proved wrong', () => {
    expect(requests({ callers: false }).tracked(tracked())).not.toHaveProperty('sender');
  });

  test('does not mix up two calls', () => {
    const seen = requests();
    seen.asked(asked({ unit: 'b.service', type: 4 }));
    expect(seen.tracked(tracked({ clockUsec: 5_000_000 }))).toMatchObject({ unit: 'a.service', action: 'stop' });
  });

  test('tells who has a signal sent to a unit', () => {
    const seen = requests();
    seen.asked({ ...header, kind: 'kill-asked', clockUsec: 10, unit: 'a.service', peerPid: 104 });
    const kill = seen.killed({ ...header, kind: 'unit-killed', clockUsec: 12, unit: 'a.service', signal: 9 });
    expect(kill).toMatchObject({ unit: 'a.service', action: 'kill', ...systemctl });
  });

  test('tells of an authorization that was granted, and of no other', () => {
    const seen = requests();
    const ask = { ...header, kind: 'authorization-asked', clockUsec: 10, unit: 'a.service', verb: 'stop', peerPid: 104 } as const;
    const answer = (value: number) =>
      seen.authorized({ ...header, kind: 'authorization-answered', clockUsec: 11, answer: value });
    expect(answer(1)).toBeUndefined();
    seen.asked(ask);
    expect(answer(0)).toBeUndefined();
    seen.asked(ask);
    expect(answer(1)).toMatchObject({ unit: 'a.service', action: 'stop', ...systemctl });
    seen.asked({ ...ask, verb: 'set-property' });
    expect(answer(1)).toBeUndefined();
  });
});
