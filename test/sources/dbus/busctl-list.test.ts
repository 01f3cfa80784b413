import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBusctlListParser } from '../../../src/sources/dbus/busctl-list.ts';
import { file, linesOf, ofKind, readLines, readText } from './reading.ts';

/** busctl 252, on a bus of its own. */
const narrow = `NAME                   PID PROCESS     USER CONNECTION UNIT SESSION DESCRIPTION
:1.5                 32434 busctl      root :1.5       -    -       -
org.freedesktop.DBus 32102 dbus-daemon root -          -    -       -`;

describe('createBusctlListParser', () => {
  test('reads who is behind each unique name of the recording of 2020', () => {
    const observed = readLines(createBusctlListParser(), linesOf('ovs-vswitchd-2020-cgroup-empty/busctl-list.txt'));
    const peers = ofKind(observed, 'bus-peer');
    expect(peers.map(({ busName, process }) => [busName, process])).toEqual([
      [':1.0', { name: 'systemd-logind', pid: 730, user: 'root', unit: 'systemd-logind.service' }],
      [':1.1', { name: 'systemd', pid: 1, user: 'root' }],
      [':1.19', { name: 'systemd-resolve', pid: 993, user: 'systemd-resolve', unit: 'systemd-resolved.service' }],
      [':1.20', { name: 'tuned', pid: 994, user: 'root', unit: 'tuned.service' }],
      [':1.3', { name: 'NetworkManager', pid: 747, user: 'root', unit: 'NetworkManager.service' }],
      [':1.4', { name: 'polkitd', pid: 748, user: 'polkitd', unit: 'polkit.service' }],
      [':1.7', { name: 'NetworkManager', pid: 747, user: 'root', unit: 'NetworkManager.service' }],
      [':1.76', { name: 'dbus-monitor', pid: 19402, user: 'root', unit: 'session-2.scope', session: '2' }],
      [':1.97', { name: 'busctl', pid: 20293, user: 'root', unit: 'session-2.scope', session: '2' }],
    ]);
    expect(observed).toHaveLength(peers.length);
    expect(peers[1]).toMatchObject({ source: 'dbus', origin: { file, line: 3 }, raw: expect.stringContaining(':1.1 ') });
  });

  test('reads narrow columns, and passes over well-known names', () => {
    expect(readText(createBusctlListParser(), narrow)).toMatchObject([
      { kind: 'bus-peer', busName: ':1.5', process: { name: 'busctl', pid: 32434, user: 'root' } },
    ]);
  });

  test('reads an excerpt without its header', () => {
    expect(readText(createBusctlListParser(), narrow.split('\n')[1] ?? '')).toMatchObject([{ busName: ':1.5' }]);
  });

  test('reads columns that overflow and a process with spaces in its name', () => {
    const long = `:1.5                 32434 tmux: server bob :1.5       ${'a'.repeat(60)}.service 7 A long text`;
    expect(readText(createBusctlListParser(), long)).toMatchObject([
      { process: { name: 'tmux: server', pid: 32434, user: 'bob', unit: `${'a'.repeat(60)}.service`, session: '7' } },
    ]);
  });

  test('reads the columns that the header names', () => {
    const text = `NAME  PID PROCESS CONNECTION SESSION UNIT
:1.5  7   busctl  :1.5       3       a.service`;
    expect(readText(createBusctlListParser(), text)).toMatchObject([
      { process: { name: 'busctl', session: '3', unit: 'a.service' } },
    ]);
    expect(readText(createBusctlListParser(), text)[0]).not.toHaveProperty('process.user');
  });

  test('says nothing of a peer that the bus could not tell, and nothing of what busctl shortened', () => {
    const text = `:1.5 - - - :1.5 - - -
:1.6 7 busctl root :1.6 very-long-na… - -`;
    expect(readText(createBusctlListParser(), text)).toEqual([
      expect.objectContaining({ busName: ':1.6', process: { name: 'busctl', pid: 7, user: 'root' } }),
    ]);
  });

  test('counts lines that it cannot read', () => {
    expect(readText(createBusctlListParser(), ':1.5\n\n:1.6 7\nhello world')).toMatchObject([
      { kind: 'discarded', source: 'dbus', reason: 'unreadable', origin: { line: 1 }, text: ':1.5' },
      { kind: 'discarded', origin: { line: 3 } },
      { kind: 'discarded', origin: { line: 4 } },
    ]);
  });

  test('reads any text without throwing', () => {
    const word = fc.oneof(
      fc.constantFrom('NAME', 'PID', 'PROCESS', 'CONNECTION', ':1.5', '-', ' ', 'a.b'),
      fc.string({ unit: 'binary' }),
    );
    const line = fc.array(word).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        expect(() => readLines(createBusctlListParser(), lines)).not.toThrow();
      }),
    );
  });
});
