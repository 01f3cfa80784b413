import { describe, expect, test } from 'vitest';
import type { StopRequest } from '../../src/model/evidence.ts';
import { stopsOf } from '../support/correlate.ts';
import { callPath, journal, request, t0 } from '../support/evidence.ts';

const ms = 1000;
const agent = { name: 'cluster-agent', pid: 77 };

function connection(at: number, sender = agent): StopRequest {
  const { unit: _, ...rest } = request(at, { source: 'tracefs', action: 'other', sender, ancestry: [sender] });
  return rest;
}

const stop = callPath(0, ['service_enter_stop', 'service_stop'], { source: 'tracefs', newState: 'dead', oldState: 'running' });

test('what was asked while the unit was down has nothing to do with its next stop', () => {
  const inVain = request(-900 * ms, { source: 'tracefs', sender: { name: 'systemctl', pid: 1 } });
  const rise = callPath(-500 * ms, ['unit_notify', 'service_start'], { source: 'tracefs', oldState: 'dead', newState: 'active' });
  const [only] = stopsOf([inVain, rise, stop]);
  expect(only?.verdict.sender).toBeUndefined();
  expect(only?.incident.occurredAtUsec).toBe(t0);
});

test('nor has it where only the log tells that the unit came up after it', () => {
  const inVain = request(-4_000 * ms, { source: 'tracefs', sender: { name: 'systemctl', pid: 1 } });
  const up = journal(-900 * ms, 'started');
  const end = journal(0, 'process-exit', { exitCode: 'killed', exitStatus: 9, process: 'main' });
  const [only] = stopsOf([inVain, up, end, journal(1, 'failure', { unitResult: 'signal' })]);
  expect(only).toMatchObject({ incident: { occurredAtUsec: t0 }, verdict: { cause: 'signal' } });
  expect(only?.incident.evidence).not.toContain(inVain);
});

describe('a stop job of which PID 1 does not tell the caller', () => {
  test('is of the only one who connected right before', () => {
    expect(stopsOf([connection(-5 * ms), stop])).toMatchObject([
      { verdict: { cause: 'requested', attribution: 'inferred', sender: agent } },
    ]);
  });

  test('is of nobody where two connected, or one long before', () => {
    const other = { name: 'other-agent', pid: 78 };
    for (const connections of [[connection(-5 * ms), connection(-4 * ms, other)], [connection(-9_000 * ms)]])
      expect(stopsOf([...connections, stop])[0]?.verdict.sender).toBeUndefined();
  });

  test('is of him too where PID 1 tells that it was asked', () => {
    const queued = request(-1 * ms, { source: 'tracefs', jobId: 5 });
    const other = connection(-4 * ms, { name: 'other-agent', pid: 78 });
    expect(stopsOf([connection(-5 * ms), queued, stop])[0]?.verdict).toMatchObject({
      cause: 'requested',
      attribution: 'inferred',
      sender: agent,
    });
    expect(stopsOf([connection(-5 * ms), other, queued, stop])[0]?.verdict.sender).toBeUndefined();
  });

  test('is not of him where it came over the bus', () => {
    const queued = request(-1 * ms, { source: 'tracefs', busName: ':1.5' });
    expect(stopsOf([connection(-5 * ms), queued, stop])[0]?.verdict).toMatchObject({ attribution: 'proven' });
    expect(stopsOf([connection(-5 * ms), queued, stop])[0]?.verdict.sender).toBeUndefined();
  });

  test('is of the command that was about to ask for just this', () => {
    const systemctl = { name: 'systemctl', pid: 79 };
    const asked = request(-20 * ms, { source: 'tracefs', sender: systemctl, ancestry: [systemctl] });
    const queued = request(-1 * ms, { source: 'tracefs', jobId: 5 });
    expect(stopsOf([asked, queued, stop])[0]?.verdict).toMatchObject({ cause: 'requested', sender: systemctl });
  });
});
