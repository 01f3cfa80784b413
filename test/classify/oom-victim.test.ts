import { describe, expect, test } from 'vitest';
import type { Evidence, OomVictim } from '../../src/model/evidence.ts';
import type { Verdict } from '../../src/model/incident.ts';
import { stopsOf } from '../support/correlate.ts';
import { callPath, journal, request, serviceState, signalSent, t0, unitState } from '../support/evidence.ts';

const ms = 1000;
const kernel = { pid: 0, name: 'kernel' };

function victim(pid: number): OomVictim {
  return {
    kind: 'oom-victim',
    source: 'tracefs',
    atUsec: t0 - 10 * ms,
    unit: 'a.service',
    target: { pid, name: 'x' },
    raw: 'oom',
  };
}

function killedMain(status = 9): Evidence {
  return callPath(0, ['unit_notify', 'service_sigchld_event'], {
    source: 'tracefs',
    result: 'signal',
    oldState: 'active',
    newState: 'failed',
    mainPid: 100,
    exit: { code: 'killed', status },
  });
}

/** The kernel's own SIGKILL is sent in the context of whoever asked for memory. */
const ofKernel: Evidence = { ...signalSent(-11 * ms, 9, { pid: 100, name: 'x' }, 100), fromKernel: true };
const byKill: Evidence = signalSent(-20 * ms, 9, { pid: 77, name: 'kill' }, 100);
const verdictOn = (...evidence: readonly Evidence[]): Verdict | undefined => stopsOf(evidence)[0]?.verdict;

describe('a process that the kernel chose to free its memory', () => {
  test('is why a service stopped whose main process it was', () => {
    expect(verdictOn(ofKernel, victim(100), killedMain())).toMatchObject({
      cause: 'oom-kill',
      attribution: 'proven',
      sender: kernel,
      senderRule: 'kernel-oom-killer',
    });
  });

  test('is that too where no more of PID 1 is seen than D-Bus shows', () => {
    const up = unitState(-20 * ms, 'active', 'running', { initial: true });
    const ended = serviceState(0, { result: 'signal', execMainCode: 2, execMainStatus: 9 });
    expect(verdictOn(up, ofKernel, victim(100), ended, unitState(0, 'failed', 'failed'))).toMatchObject({
      cause: 'oom-kill',
      sender: kernel,
    });
  });

  test('is not, where somebody had killed it before', () => {
    expect(verdictOn(byKill, victim(100), killedMain())).toMatchObject({ cause: 'signal', sender: { name: 'kill' } });
  });

  test.each([
    ['it was another process', victim(101), killedMain()],
    ['the main process died of another signal', victim(100), killedMain(15)],
  ])('is not, where %s', (_, chosen, end) => {
    expect(verdictOn(chosen, end)?.cause).toBe('signal');
  });

  test('is not, where a stop was asked for and the kernel was faster than PID 1', () => {
    const stop = callPath(-100 * ms, ['unit_notify', 'service_stop'], {
      source: 'tracefs',
      oldState: 'active',
      newState: 'stop-sigterm',
    });
    expect(verdictOn(request(-101 * ms, { source: 'tracefs' }), stop, victim(100), killedMain())?.cause).toBe('requested');
  });

  test('agrees with systemd where it has heard of it', () => {
    const entry = journal(1 * ms, 'out-of-memory');
    expect(verdictOn(ofKernel, victim(100), killedMain(), entry)).toMatchObject({ cause: 'oom-kill', conflicts: [] });
  });
});
