import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDbusMonitorParser } from '../../../src/sources/dbus/dbus-monitor-text.ts';
import type { Observation } from '../../../src/sources/source.ts';
import { countKinds, file, linesOf, ofKind, only, readLines, readText } from './reading.ts';

const ovsPath = '/org/freedesktop/systemd1/unit/ovs_2dvswitchd_2eservice';
const stopCall = [
  'method call time=1795434191.173523 sender=:1.4 -> destination=org.freedesktop.systemd1 serial=2 path=/org/freedesktop/systemd1; interface=org.freedesktop.systemd1.Manager; member=StopUnit',
  '   string "sleepy.service"',
  '   string "replace"',
];

function read(...lines: readonly string[]): readonly Observation[] {
  return readLines(createDbusMonitorParser(), lines);
}

function readRecording(name: string): readonly Observation[] {
  return readLines(createDbusMonitorParser(), linesOf(name));
}

describe('createDbusMonitorParser with the recordings of 2020', () => {
  test('tells what is complete in a signal that was cut off', () => {
    expect(only(readRecording('ovs-vswitchd-2020-manual-stop/dbus-monitor.log'))).toEqual({
      kind: 'unit-state',
      source: 'dbus',
      unit: 'ovs-vswitchd.service',
      activeState: 'deactivating',
      subState: 'stop',
      activeEnteredAtUsec: 1600742635635951,
      inactiveExitedAtUsec: 1600742635574238,
      busName: ':1.23',
      origin: { file, line: 1 },
      raw: `signal sender=:1.23 serial=9214 path=${ovsPath} interface=org.freedesktop.DBus.Properties member=PropertiesChanged ["org.freedesktop.systemd1.Unit",{"ActiveState":"deactivating","SubState":"stop","InactiveExitTimestamp":1600742635574238,"ActiveEnterTimestamp":1600742635635951}]`,
    });
  });

  test('tells what is complete in a signal that was cut off within an entry', () => {
    const state = only(ofKind(readRecording('ovs-vswitchd-2020-cgroup-empty/dbus-monitor.log'), 'unit-state'));
    expect(state).toMatchObject({ unit: 'ovs-vswitchd.service', activeState: 'deactivating', subState: 'stop', busName: ':1.1' });
    expect(state).not.toHaveProperty('activeEnteredAtUsec');
    expect(state).not.toHaveProperty('atUsec');
  });

  test.each(['ovs-vswitchd-2020-manual-stop', 'ovs-vswitchd-2020-cgroup-empty'])(
    'tells of %s no more than it has read',
    (name) => {
      const lines = linesOf(`${name}/dbus-monitor.log`);
      const [whole] = readLines(createDbusMonitorParser(), lines);
      for (let cut = 0; cut <= lines.length; cut++) {
        const observed = readLines(createDbusMonitorParser(), lines.slice(0, cut));
        expect(observed.length).toBe(cut < 6 ? 0 : 1);
        for (const state of observed) expect(whole).toMatchObject({ ...state, raw: expect.any(String) });
      }
    },
  );
});

describe('createDbusMonitorParser with the recording of systemd 262', () => {
  const lines = linesOf('systemd-262-stap/dbus-monitor.log');
  const observed = readLines(createDbusMonitorParser(), lines);

  test('reads every message', () => {
    expect(countKinds(observed)).toEqual({
      'job-added': 7,
      'unit-state': 61,
      'service-state': 31,
      'job-removed': 7,
      'unit-removed': 6,
      request: 1,
    });
  });

  test('reads the request', () => {
    expect(only(ofKind(observed, 'request'))).toEqual({
      kind: 'request',
      source: 'dbus',
      atUsec: 1795434191173523,
      unit: 'sleepy.service',
      action: 'stop',
      mode: 'replace',
      method: 'StopUnit',
      busName: ':1.4',
      serial: 2,
      origin: { file, line: 7521 },
      raw: 'method-call sender=:1.4 destination=org.freedesktop.systemd1 serial=2 path=/org/freedesktop/systemd1 interface=org.freedesktop.systemd1.Manager member=StopUnit ["sleepy.service","replace"]',
    });
  });

  test('reads the states of the stop that was asked for, as they came', () => {
    const states = ofKind(observed, 'unit-state').filter(
      ({ unit, atUsec = 0 }) => unit === 'sleepy.service' && atUsec > 1795434191173523 && atUsec < 1795434192000000,
    );
    expect(states.map(({ activeState, subState, jobId }) => [activeState, subState, jobId])).toEqual([
      ['active', 'running', 189],
      ['active', 'running', 189],
      ['deactivating', 'stop-sigterm', 189],
      ['inactive', 'dead', 189],
      ['inactive', 'dead', 0],
    ]);
    expect(states.at(-1)).toMatchObject({
      stateChangedAtUsec: 1795434191207377,
      inactiveEnteredAtUsec: 1795434191207377,
      invocationId: '620b327c7fe845be9bdd295d83265a5b',
      conditionResult: true,
    });
  });

  test('leaves out times that systemd gives as 0', () => {
    const [first] = ofKind(observed, 'unit-state');
    expect(first).toMatchObject({ unit: 'shutdown.target', activeState: 'inactive', jobId: 0, conditionResult: false });
    expect(first).not.toHaveProperty('stateChangedAtUsec');
    expect(first).not.toHaveProperty('invocationId');
  });

  function isBeginningOf(part: readonly Observation[], whole: readonly Observation[]): void {
    const last = part.length - 1;
    expect(part.slice(0, Math.max(last, 0))).toEqual(whole.slice(0, Math.max(last, 0)));
    if (last >= 0) expect(whole[last]).toMatchObject({ ...part[last], raw: expect.any(String) });
  }

  test('tells the beginning of the same, wherever among the first messages it is cut off', () => {
    for (let cut = 0; cut < 500; cut++) isBeginningOf(readLines(createDbusMonitorParser(), lines.slice(0, cut)), observed);
  });

  test('tells the beginning of the same, wherever it is cut off', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: lines.length }), (cut) =>
        isBeginningOf(readLines(createDbusMonitorParser(), lines.slice(0, cut)), observed),
      ),
      { numRuns: 40 },
    );
  });

  test('tells the same with junk between the messages', () => {
    const isHeader = (line: string): boolean => /^(?:signal|method call) /.test(line);
    const junk = fc.array(
      fc.string({ unit: 'grapheme' }).filter((line) => !isHeader(line) && !/^ {3}/.test(line)),
      { maxLength: 3 },
    );
    const window = lines.slice(0, 1500);
    const expected = readLines(createDbusMonitorParser(), window);
    const withoutPlace = (all: readonly Observation[]): readonly unknown[] =>
      all.filter(({ kind }) => kind !== 'discarded').map(({ origin: _, ...rest }) => rest);
    fc.assert(
      fc.property(fc.array(junk, { minLength: 40, maxLength: 40 }), (junks) => {
        let header = 0;
        const mixed = window.flatMap((line) => (isHeader(line) ? [...(junks[header++ % junks.length] ?? []), line] : [line]));
        expect(withoutPlace(readLines(createDbusMonitorParser(), mixed))).toEqual(withoutPlace(expected));
      }),
      { numRuns: 30 },
    );
  });
});

describe('createDbusMonitorParser', () => {
  test('reads what dbus-monitor 1.14 prints of every type', () => {
    const state = `signal time=1.000002 sender=:1.0 -> destination=(null destination) serial=7 path=${ovsPath}; interface=org.freedesktop.DBus.Properties; member=PropertiesChanged
   string "org.freedesktop.systemd1.Unit"
   array [
      dict entry(
         string "Odd"
         variant             struct {
               double 1.5
               double -nan
               int64 -5
               byte 7
               variant                   variant                      boolean true
               array of bytes "ABC"
               array of bytes "AB" + \\0
               file descriptor
                     inode: 7
                     type: socket
               uint64 18446744073709551615
               array [
               ]
            }
      )
      dict entry(
         string "InvocationID"
         variant             array of bytes "0123456789abcdef"
      )
      dict entry(
         string "ActiveState"
         variant             string "failed"
      )
   ]
   array [
      string "Conditions"
   ]`;
    expect(only(readText(createDbusMonitorParser(), state))).toMatchObject({
      kind: 'unit-state',
      atUsec: 1_000_002,
      activeState: 'failed',
      invocationId: '30313233343536373839616263646566',
    });
  });

  test('shows a refused request with the name of the error', () => {
    const requests = ofKind(
      read(
        ...stopCall,
        'error time=1795434191.173900 sender=:1.0 -> destination=:1.4 error_name=org.freedesktop.DBus.Error.AccessDenied reply_serial=2',
        '   string "Permission denied"',
      ),
      'request',
    );
    expect(requests.map(({ refused, atUsec, busName, serial }) => ({ refused, atUsec, busName, serial }))).toEqual([
      { refused: undefined, atUsec: 1795434191173523, busName: ':1.4', serial: 2 },
      { refused: 'org.freedesktop.DBus.Error.AccessDenied', atUsec: 1795434191173523, busName: ':1.4', serial: 2 },
    ]);
  });

  test('reads the job from the reply, with and without its serial', () => {
    for (const serial of [' serial=119', '']) {
      const reply = `method return time=1795434191.188307 sender=:1.0 -> destination=:1.4${serial} reply_serial=2`;
      const requests = ofKind(read(...stopCall, reply, '   object path "/org/freedesktop/systemd1/job/189"'), 'request');
      expect(requests.map(({ jobId }) => jobId)).toEqual([undefined, 189]);
    }
  });

  test('does not take a text that looks like the end of a message for one', () => {
    const observed = read(
      'signal time=1.000000 sender=:1.3 -> destination=(null destination) serial=2 path=/a/b; interface=org.example.A; member=B',
      '   string "multi',
      'line "quoted',
      ']',
      '   string "sleepy.service',
      'the end"',
      ...stopCall,
    );
    expect(countKinds(observed)).toEqual({ request: 1 });
  });

  test('reads a request whose text has quotation marks and line breaks', () => {
    const [header = ''] = stopCall;
    expect(only(read(header, '   string "a"b', 'c"', '   string "replace"'))).toMatchObject({ unit: 'a"b\nc', mode: 'replace' });
  });

  test('makes no request of a call that was cut off before its unit', () => {
    expect(read(stopCall[0] ?? '')).toEqual([]);
    expect(read(...stopCall.slice(0, 1), '   string "sleepy.serv')).toEqual([]);
  });

  test('counts lines between messages that it cannot read, with their place', () => {
    expect(read('hello', ...stopCall, 'world', '')).toMatchObject([
      { kind: 'discarded', source: 'dbus', reason: 'unreadable', origin: { file, line: 1 }, text: 'hello' },
      { kind: 'discarded', source: 'dbus', reason: 'unreadable', origin: { file, line: 5 }, text: 'world' },
      { kind: 'request' },
    ]);
  });

  test('drops a message without end, and goes on with the next', () => {
    const endless = [
      `signal time=1.000000 sender=:1.0 -> destination=(null destination) serial=1 path=${ovsPath}; interface=a.b; member=PropertiesChanged`,
      '   array [',
    ];
    const observed = read(...endless, ...Array.from({ length: 20_000 }, () => '      string "x"'), ...stopCall);
    expect(observed).toMatchObject([
      { kind: 'discarded', reason: 'out-of-bounds', origin: { file, line: 1 } },
      { kind: 'request' },
    ]);
  });

  test('drops a message whose lines are too long', () => {
    const observed = read(
      stopCall[0] ?? '',
      ...Array.from({ length: 20 }, () => `   string "${'x'.repeat(60_000)}"`),
      ...stopCall,
    );
    expect(countKinds(observed)).toEqual({ discarded: 1, request: 1 });
  });

  test('does not nest without end', () => {
    const observed = read(stopCall[0] ?? '', ...Array.from({ length: 500 }, () => '   array ['), ...stopCall);
    expect(ofKind(observed, 'request')).toHaveLength(1);
  });

  test('takes the time of reading for that of a message that has none', () => {
    const line = (stopCall[0] ?? '').replace('time=1795434191.173523 ', '').replace('destination=', 'dest=');
    const [request] = readLines(createDbusMonitorParser(), [line, ...stopCall.slice(1)], 1795434199000000);
    expect(request).toMatchObject({ kind: 'request', atUsec: 1795434199000000 });
  });

  test('reads any text without throwing', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...stopCall,
        '   array [',
        '   ]',
        '   }',
        '      dict entry(',
        '   )',
        '   struct {',
        '   array of bytes [',
        '   ff 00',
      ),
      fc.constantFrom(
        '   string "',
        '"',
        '   variant     variant',
        '   uint64 99999999999999999999',
        '   double 1e999',
        '   file descriptor',
      ),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(piece), (lines) => {
        expect(() => read(...lines)).not.toThrow();
      }),
    );
  });

  test('reads a line of a megabyte, which a quadratic pattern never would', () => {
    for (const unit of ['signal ', 'variant ', '   variant ', ' ', '=', 'a=b ', '"', '   00 ', '- ']) {
      read(unit.repeat(Math.ceil(1_000_000 / unit.length)), `${stopCall[0]} ${unit.repeat(Math.ceil(1_000_000 / unit.length))}`);
    }
  });
});
