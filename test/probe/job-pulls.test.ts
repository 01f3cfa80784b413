import { describe, expect, test } from 'vitest';
import { JobPulls } from '../../src/probe/job-pulls.ts';
import type { SeenChange } from '../../src/probe/unit-changes.ts';
import { began, pulled } from './sample-events.ts';

function stopOf(unit: string, { by = 'service_stop', atUsec = 2_000 } = {}): SeenChange {
  const frames = ['unit_notify', by].map((name) => ({ function: name, offset: 0, reliable: true }));
  return { kind: 'call-path', atUsec, unit, frames };
}

const alone = (atUsec: number) => ({ isAsked: false, atUsec });
const asked = (atUsec: number) => ({ isAsked: true, atUsec });

describe('JobPulls', () => {
  test('tells the job that pulled in the one a stop goes back to', () => {
    const pulls = new JobPulls();
    pulls.pulled(pulled('anchor.service'), asked(1_000));
    pulls.pulled(pulled('bound.service', 'anchor.service'), alone(1_001));
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
    pulls.pulled(pulled('first.service'), asked(1_000));
    pulls.pulled(pulled('second.service', 'first.service'), alone(1_001));
    pulls.pulled(pulled('third.service', 'second.service'), alone(1_002));
    pulls.pulled(pulled('second.service', 'third.service'), alone(1_003));
    expect(pulls.behind(stopOf('third.service'))?.byUnit).toBe('first.service');
    expect(pulls.behind(stopOf('second.service'))?.byUnit).toBe('first.service');
  });

  test('does not mix up two transactions', () => {
    const pulls = new JobPulls();
    pulls.pulled(pulled('second.service', 'first.service'), alone(1_000));
    pulls.pulled(pulled('second.service'), asked(1_001));
    pulls.pulled(pulled('third.service', 'second.service'), alone(1_002));
    expect(pulls.behind(stopOf('third.service'))?.byUnit).toBe('second.service');
  });

  test('tells the unit whose end PID 1 was dealing with, where there is no job', () => {
    const pulls = new JobPulls();
    pulls.pulled(pulled('bound.service'), { ...alone(1_000), call: began('service_sigchld_event', { unit: 'anchor.service' }) });
    const seen = pulls.behind(stopOf('bound.service'));
    expect(seen?.byUnit).toBe('anchor.service');
    expect(seen).not.toHaveProperty('byJob');
  });

  test('tells the job that somebody asked for, once it is known', () => {
    const pulls = new JobPulls();
    pulls.pulled(pulled('poweroff.target', undefined, 0), asked(1_000));
    pulls.pulled(pulled('bound.service', 'shutdown.target'), alone(1_001));
    pulls.asked('poweroff.target', 77);
    expect(pulls.behind(stopOf('bound.service'))).toMatchObject({
      byUnit: 'poweroff.target',
      byJob: { id: 77, action: 'start' },
    });
  });

  test('takes what PID 1 stops by itself for a consequence of what went down right before', () => {
    const pulls = new JobPulls();
    pulls.fell('needing.service', 1_000);
    pulls.pulled(pulled('needed.service'), alone(2_000));
    const seen = pulls.behind(stopOf('needed.service', { atUsec: 3_000 }));
    expect(seen?.byUnit).toBe('needing.service');
    expect(seen).not.toHaveProperty('byJob');
  });

  test('knows no unit behind what PID 1 stops by itself long after', () => {
    const pulls = new JobPulls();
    pulls.fell('other.service', 1_000);
    pulls.pulled(pulled('needed.service'), alone(1_000_000));
    expect(pulls.behind(stopOf('needed.service', { atUsec: 1_001_000 }))).not.toHaveProperty('byUnit');
  });

  test.each([
    ['a stop by no job', stopOf('bound.service', { by: 'service_sigchld_event' })],
    ['a stop long after', stopOf('bound.service', { atUsec: 200_000_000 })],
    ['another unit', stopOf('other.service')],
  ])('says nothing of %s', (_, stop) => {
    const pulls = new JobPulls();
    pulls.pulled(pulled('bound.service', 'anchor.service'), alone(1_000));
    expect(pulls.behind(stop)).toBeUndefined();
  });

  test('says nothing once somebody asked for just that unit', () => {
    const pulls = new JobPulls();
    pulls.pulled(pulled('bound.service', 'anchor.service'), alone(1_000));
    pulls.asked('bound.service', 7);
    expect(pulls.behind(stopOf('bound.service'))).toBeUndefined();
  });
});
