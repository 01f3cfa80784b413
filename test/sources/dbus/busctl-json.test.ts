import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBusctlJsonParser, parseBusctlMessage } from '../../../src/sources/dbus/busctl-json.ts';
import { createDbusMonitorParser } from '../../../src/sources/dbus/dbus-monitor-text.ts';
import type { Observation } from '../../../src/sources/source.ts';
import { countKinds, file, linesOf, ofKind, readLines } from './reading.ts';

const place = { file, line: 1 };
const lines = linesOf('systemd-262-stap/busctl-monitor.jsonl');
const observed = readLines(createBusctlJsonParser(), lines);

describe('createBusctlJsonParser with the recording of systemd 262', () => {
  test('reads every message', () => {
    expect(countKinds(observed)).toEqual({
      'job-added': 11,
      'unit-state': 92,
      'service-state': 52,
      'job-removed': 11,
      'unit-removed': 8,
      request: 2,
    });
  });

  test('reads the request, and again with the job of its reply', () => {
    expect(ofKind(observed, 'request')).toMatchObject([
      {
        unit: 'sleepy.service',
        action: 'stop',
        mode: 'replace',
        method: 'StopUnit',
        busName: ':1.4',
        serial: 2,
        atUsec: 1795434191176410,
      },
      { unit: 'sleepy.service', jobId: 189, busName: ':1.4', serial: 2, atUsec: 1795434191176410, origin: { file, line: 98 } },
    ]);
    expect(ofKind(observed, 'request')[0]).not.toHaveProperty('jobId');
  });

  test('reads how the main process was killed', () => {
    const ends = ofKind(observed, 'service-state').filter(({ execMainCode }) => execMainCode === 2);
    expect(new Set(ends.map(({ execMainStatus, result }) => `${execMainStatus} ${result}`))).toEqual(
      new Set(['15 success', '9 signal']),
    );
  });

  test('tells what dbus-monitor tells of the same messages', () => {
    const key = ({ kind, raw }: Extract<Observation, { raw: string }>): string => `${kind} ${raw}`;
    const own = new Set(observed.flatMap((one) => (one.kind === 'discarded' ? [] : [key(one)])));
    const other = readLines(createDbusMonitorParser(), linesOf('systemd-262-stap/dbus-monitor.log'));
    const common = other.flatMap((one) => (one.kind === 'discarded' ? [] : [key(one)]));
    expect(common).toHaveLength(113);
    expect(common.filter((one) => !own.has(one))).toEqual([]);
  });

  test('tells the beginning of the same, wherever it is cut off', () => {
    for (let cut = 0; cut <= lines.length; cut += 7) {
      const part = readLines(createBusctlJsonParser(), lines.slice(0, cut));
      expect(part).toEqual(observed.slice(0, part.length));
    }
  });

  test('tells the same with junk between the messages', () => {
    const junk = fc.string({ unit: 'binary' }).filter((line) => line.trim() !== '' && !/^\s*[[{"\d-]/.test(line));
    fc.assert(
      fc.property(fc.array(junk, { minLength: 1, maxLength: 20 }), (junks) => {
        const mixed = lines.flatMap((line, index) =>
          index % 10 === 0 ? [junks[(index / 10) % junks.length] ?? '', line] : [line],
        );
        const read = readLines(createBusctlJsonParser(), mixed);
        expect(ofKind(read, 'discarded')).toHaveLength(Math.ceil(lines.length / 10));
        expect(read.filter(({ kind }) => kind !== 'discarded').map(({ kind }) => kind)).toEqual(observed.map(({ kind }) => kind));
      }),
      { numRuns: 20 },
    );
  });
});

describe('parseBusctlMessage', () => {
  const message = (payload: unknown, rest: object = {}): string =>
    JSON.stringify({ type: 'signal', cookie: 2, 'timestamp-realtime': 1795443925986652, sender: ':1.3', payload, ...rest });

  test('replaces variants by what they hold, however deep', () => {
    const data = [
      [65, 66],
      { a: { type: 'v', data: { type: 's', data: 'y' } } },
      ['st', { type: 'v', data: { type: 'as', data: ['in'] } }],
      null,
    ];
    expect(parseBusctlMessage(message({ type: 'aya{sv}(sv)d', data }), place)?.body).toEqual([
      [65, 66],
      new Map([['a', 'y']]),
      ['st', ['in']],
      undefined,
    ]);
  });

  test('tells a dictionary with the keys of a variant from a variant', () => {
    const data = [{ type: { type: 's', data: 'x' }, data: { type: 's', data: 'y' } }];
    expect(parseBusctlMessage(message({ type: 'a{sv}', data }), place)?.body).toEqual([
      new Map([
        ['type', 'x'],
        ['data', 'y'],
      ]),
    ]);
  });

  test('tolerates numbers beyond 2^53', () => {
    const line = message({ type: 't', data: [0] }).replace('[0]', '[18446744073709551615]');
    expect(parseBusctlMessage(line, place)?.body).toEqual([2 ** 64]);
  });

  test('takes the time of reading where the message has none', () => {
    const line = message({ type: '', data: [] }, { 'timestamp-realtime': 0.5 });
    expect(parseBusctlMessage(line, { ...place, readAtUsec: 7 })?.atUsec).toBe(7);
  });

  test.each([
    '',
    'null',
    '[]',
    '{}',
    '{"type":"other","payload":{"type":"","data":[]}}',
    '{"type":"signal","payload":7}',
    '{"type":"signal"',
  ])('refuses %s', (line) => expect(parseBusctlMessage(line, place)).toBeUndefined());
});

describe('createBusctlJsonParser', () => {
  test('counts lines that it cannot read, but for the greeting', () => {
    expect(readLines(createBusctlJsonParser(), ['Monitoring bus message stream.', '', '{"type":"sig'])).toEqual([
      { kind: 'discarded', source: 'dbus', reason: 'unreadable', origin: { file, line: 3 }, text: '{"type":"sig' },
    ]);
  });

  test('reads any JSON without throwing', () => {
    fc.assert(
      fc.property(fc.json(), fc.jsonValue(), (line, data) => {
        const payload = JSON.stringify({
          type: 'method_call',
          member: 'StopUnit',
          destination: 'org.freedesktop.systemd1',
          payload: { data },
        });
        expect(() => readLines(createBusctlJsonParser(), [line, payload, payload.slice(0, -3)])).not.toThrow();
      }),
    );
  });

  test('reads a deep line without throwing', () => {
    const deep = `{"type":"signal","payload":{"type":"v","data":[${'['.repeat(30_000)}${']'.repeat(30_000)}]}}`;
    expect(() => readLines(createBusctlJsonParser(), [deep, '['.repeat(60_000)])).not.toThrow();
  });
});
