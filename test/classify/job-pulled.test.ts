import { describe, expect, test } from 'vitest';
import type { JobPulled } from '../../src/model/evidence.ts';
import { type Stop, stopsOf } from '../support/correlate.ts';
import { callPath, request, t0 } from '../support/evidence.ts';

const ms = 1000;
const systemctl = { name: 'systemctl', pid: 79 };

type Because = Pick<JobPulled, 'byUnit' | 'byJob'>;

const byAnchor: Because = { byUnit: 'anchor.service', byJob: { id: 5, action: 'stop' } };

function pull(at: number, because: Because = byAnchor): JobPulled {
  return { kind: 'job-pulled', source: 'tracefs', atUsec: t0 + at, unit: 'a.service', action: 'stop', raw: 'pull', ...because };
}

const stop = callPath(0, ['unit_notify', 'service_stop'], { source: 'tracefs', oldState: 'active', newState: 'dead' });
const asked = (at: number, jobId: number, sender = systemctl) =>
  request(at, { source: 'tracefs', unit: 'anchor.service', jobId, sender, ancestry: [sender] });
const verdictOf = (stops: readonly Stop[]) => stops.find(({ incident }) => incident.unit === 'a.service')?.verdict;

describe('a job that PID 1 was seen to pull in', () => {
  test('is a dependency, of whoever asked for the job that pulled it in', () => {
    const later = asked(-1 * ms, 6, { name: 'somebody-else', pid: 80 });
    expect(verdictOf(stopsOf([pull(-5 * ms), asked(-4 * ms, 5), later, stop]))).toMatchObject({
      cause: 'dependency',
      attribution: 'proven',
      triggeredBy: { unit: 'anchor.service' },
      sender: systemctl,
    });
  });

  test.each<readonly [string, Because]>([
    ['whose change of state did it', { byUnit: 'anchor.service' }],
    ['of which nobody asked for a job', { byUnit: 'anchor.service', byJob: { action: 'restart' } }],
    ['that was not seen', {}],
  ])('is of PID 1 itself, because of a unit %s', (_, because) => {
    expect(verdictOf(stopsOf([pull(-5 * ms, because), stop]))).toMatchObject({ cause: 'dependency', sender: { pid: 1 } });
  });

  test('does not go back to a request that was made for the unit before', () => {
    const old = request(-3_000 * ms, { source: 'tracefs', action: 'restart', sender: { name: 'old', pid: 1234 } });
    expect(verdictOf(stopsOf([old, pull(-5 * ms), asked(-4 * ms, 5), stop]))?.sender).toEqual(systemctl);
  });

  test('is not of who asked for something else of the unit that pulled it in, as of an automatic restart', () => {
    const { jobId: _, ...stopped } = asked(-1_500 * ms, 5);
    const because: Because = { byUnit: 'anchor.service', byJob: { id: 7, action: 'restart' } };
    expect(verdictOf(stopsOf([stopped, pull(-5 * ms, because), stop]))).toMatchObject({
      cause: 'dependency',
      sender: { pid: 1 },
    });
  });

  test('is a shutdown, of whoever asked logind for it', () => {
    const { unit: _, ...poweroff } = request(-30 * ms, { source: 'tracefs', action: 'shutdown', sender: systemctl });
    const logind = request(-4 * ms, { source: 'tracefs', unit: 'poweroff.target', action: 'start', jobId: 5, busName: ':1.1' });
    const because: Because = { byUnit: 'poweroff.target', byJob: { id: 5, action: 'start' } };
    expect(verdictOf(stopsOf([poweroff, pull(-5 * ms, because), logind, stop]))).toMatchObject({
      cause: 'shutdown',
      attribution: 'proven',
      sender: systemctl,
    });
  });
});
