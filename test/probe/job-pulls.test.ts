import { describe, expect, test } from 'vitest';
import { JobPulls } from '../../src/probe/job-pulls.ts';
import type { SeenChange } from '../../src/probe/unit-changes.ts';
import { began, pulled } from './sample-events.ts';

function stopOf(unit: string, { by = 'service_stop', atUsec = 2_000 } = {}): SeenChange {
  const frames = ['unit_notify', by].map((name) => ({ function: name, offset: 0, reliable: true }));
  return { kind: 'call-path', atUsec, unit, frames };
}

describe('JobPulls', () => {
  test('tells the job that pulled in the one a stop goes back to', () => {
    const pulls = new JobPulls();
    pulls.pulled(pulled('anchor.service'), undefined, 1_000);
    pulls.pulled(pulled('bound.service', 'anchor.service'), undefined, 1_001);
    expect(pulls.behind(stopOf('bound.service'))).toEqual({
      kind: 'job-pulled',
      atUsec: 1_001,
      unit: 'bound.service',
      action: 'stop',
      byUnit: 'anchor.service',
      byJob: { id: 146, action: 'stop' },
    });
    expect(pulls.behind(stopOf('anchor.service'))).toBeUndefined();
  });

  test('names the beginning of a chain, and the first of two ways', () => {
    const pulls = new JobPulls();
    pulls.pulled(pulled('first.service'), undefined, 1_000);
    pulls.pulled(pulled('second.service', 'first.service'), undefined, 1_001);
    pulls.pulled(pulled('third.service', 'second.service'), undefined, 1_002);
    pulls.pulled(pulled('second.service', 'third.service'), undefined, 1_003);
    expect(pulls.behind(stopOf('third.service'))?.byUnit).toBe('first.service');
    expect(pulls.behind(stopOf('second.service'))?.byUnit).toBe('first.service');
  });

  test('does not mix up two transactions', () => {
    const pulls = new JobPulls();
    pulls.pulled(pulled('second.service', 'first.service'), undefined, 1_000);
    pulls.newTransaction();
    pulls.pulled(pulled('third.service', 'second.service'), undefined, 1_001);
    expect(pulls.behind(stopOf('third.service'))?.byUnit).toBe('second.service');
  });

  test('tells the unit whose end PID 1 was dealing with, where there is no job', () => {
    const pulls = new JobPulls();
    pulls.pulled(pulled('bound.service'), began('service_sigchld_event', { unit: 'anchor.service' }), 1_000);
    const seen = pulls.behind(stopOf('bound.service'));
    expect(seen?.byUnit).toBe('anchor.service');
    expect(seen).not.toHaveProperty('byJob');
  });

  test.each([
    ['a stop by no job', stopOf('bound.service', { by: 'service_sigchld_event' })],
    ['a stop long after', stopOf('bound.service', { atUsec: 200_000_000 })],
    ['another unit', stopOf('other.service')],
  ])('says nothing of %s', (_, stop) => {
    const pulls = new JobPulls();
    pulls.pulled(pulled('bound.service', 'anchor.service'), undefined, 1_000);
    expect(pulls.behind(stop)).toBeUndefined();
  });

  test('says nothing once somebody asked for just that unit', () => {
    const pulls = new JobPulls();
    pulls.pulled(pulled('bound.service', 'anchor.service'), undefined, 1_000);
    pulls.forget('bound.service');
    expect(pulls.behind(stopOf('bound.service'))).toBeUndefined();
  });
});
