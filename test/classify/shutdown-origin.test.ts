import { describe, expect, test } from 'vitest';
import type { BusPeer, Evidence, StopRequest } from '../../src/model/evidence.ts';
import { stopsOf } from '../support/correlate.ts';
import { journal, request, t0 } from '../support/evidence.ts';

const ms = 1000;
const systemctl = { name: 'systemctl', pid: 79, unit: 'session-2.scope' };
const logind = { name: 'systemd-logind', pid: 50, unit: 'systemd-logind.service' };

const peer = (busName: string, process: BusPeer['process']): BusPeer => ({
  kind: 'bus-peer',
  source: 'dbus',
  atUsec: t0 - 60_000 * ms,
  busName,
  process,
  raw: busName,
});
const ofMachine = (at: number, more: Partial<StopRequest>): StopRequest => {
  const { unit: _, ...asked } = request(at, { action: 'shutdown', ...more });
  return asked;
};
/** What the bus shows, a moment after logind has written its log. */
const onBus = (at: number, busName = ':1.9') => ofMachine(at, { method: 'Reboot', busName });
/** A program that a probe saw begin. */
const began = (at: number, sender = systemctl) => ofMachine(at, { source: 'tracefs', sender, ancestry: [sender] });
const ofLogind = request(-20 * ms, { unit: 'reboot.target', action: 'start', busName: ':1.1' });
const { unit: _, ...rebooting } = journal(-30 * ms, 'shutdown', { message: 'System is rebooting.' });
const message = "reboot requested from client PID 79 ('systemctl') (unit session-2.scope)...";
const { unit: _unit, ...named } = journal(-31 * ms, 'manager-request', { message, sender: systemctl });
const stopped: readonly Evidence[] = [
  journal(-60_000 * ms, 'started'),
  journal(0, 'stopping', { jobId: 7, jobType: 'stop' }),
  journal(20 * ms, 'success'),
  journal(21 * ms, 'stopped', { jobId: 7, jobType: 'stop' }),
];
const peers = [peer(':1.1', logind), peer(':1.9', systemctl)];

function verdictOf(...evidence: readonly Evidence[]) {
  const inTime = [...stopped, ...evidence].sort((a, b) => (a.atUsec ?? 0) - (b.atUsec ?? 0));
  return stopsOf(inTime)[0]?.verdict;
}

describe('the stop of a service with the machine', () => {
  test('is of whoever called logind, and not of logind, who asks PID 1 for the target', () => {
    const verdict = verdictOf(...peers, onBus(-10 * ms), rebooting, ofLogind);
    expect(verdict).toMatchObject({ cause: 'shutdown', attribution: 'proven', sender: systemctl, senderRule: 'bus-peer' });
    expect(verdict?.basis.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['request', 'journal', 'bus-peer']));
  });

  test('is of nobody known where his name on the bus could not be told in time', () => {
    expect(verdictOf(peer(':1.1', logind), onBus(-40 * ms), rebooting, ofLogind)).toMatchObject({ cause: 'shutdown' });
    expect(verdictOf(peer(':1.1', logind), onBus(-40 * ms), rebooting, ofLogind)?.sender).toBeUndefined();
  });

  test('is of the program that was seen to begin right before such a call', () => {
    expect(verdictOf(began(-90 * ms), onBus(-40 * ms), rebooting, ofLogind)?.sender).toEqual(systemctl);
  });

  test('is of logind where nobody called it: the button of the machine was pressed', () => {
    expect(verdictOf(...peers, rebooting, ofLogind)?.sender).toEqual(logind);
  });

  test('is of the last of those who tried, and not of one who tries when it is under way', () => {
    const impatient = { name: 'reboot', pid: 99, unit: 'session-3.scope' };
    const later = [journal(5_000 * ms, 'stopping', { unit: 'b.service' }), journal(5_100 * ms, 'success', { unit: 'b.service' })];
    const stops = stopsOf([
      began(-60_000 * ms, { ...systemctl, pid: 1 + systemctl.pid }),
      ...stopped.slice(0, 1),
      began(-90 * ms),
      rebooting,
      ...stopped.slice(1),
      began(4_000 * ms, impatient),
      ...later,
    ]);
    expect(stops.map(({ verdict }) => [verdict.cause, verdict.sender?.pid])).toEqual([
      ['shutdown', 79],
      ['shutdown', 79],
    ]);
  });

  test('is not of a program that began long before, of which nobody knows what became', () => {
    expect(verdictOf(began(-30_000 * ms), peer(':1.1', logind), rebooting, ofLogind)?.sender).toEqual(logind);
  });

  test('is of whom logind names in its log, from systemd 262 on, if nobody else tells', () => {
    expect(verdictOf(named, rebooting)).toMatchObject({ sender: systemctl, senderRule: 'named-by-systemd' });
    expect(verdictOf(named, rebooting, onBus(-40 * ms), ofLogind)?.sender).toEqual(systemctl);
    const reload = { ...named, message: "Reload requested from client PID 79 ('systemctl') (unit session-2.scope)..." };
    expect(verdictOf(reload, rebooting)?.sender).toBeUndefined();
  });
});

describe('a stop around a shutdown', () => {
  test('that had begun before it has another cause', () => {
    const { unit: _unit, ...afterwards } = journal(500 * ms, 'shutdown');
    expect(verdictOf(afterwards, began(480 * ms))?.cause).toBe('requested');
  });

  test('that was called for and not carried out has another cause', () => {
    expect(verdictOf(...peers, onBus(-10 * ms))?.cause).toBe('requested');
    expect(verdictOf(named)?.cause).toBe('requested');
    expect(verdictOf(began(-10 * ms))?.cause).toBe('shutdown');
  });

  test('of a service that came up after it, at the next boot, has another cause', () => {
    const boot = journal(-5_000 * ms, 'started');
    const [, ...stop] = stopped;
    const before = [
      { ...named, atUsec: t0 - 20_010 * ms },
      { ...rebooting, atUsec: t0 - 20_000 * ms },
    ];
    const asked = [began(-20_090 * ms), ...before, { ...ofLogind, atUsec: t0 - 19_990 * ms }];
    const [now] = stopsOf([...asked, boot, ...stop]);
    expect(now?.verdict.cause).toBe('requested');
    expect(now?.incident.related).toEqual([]);
  });
});
