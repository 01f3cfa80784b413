import { readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBusTranslator } from '../../../src/sources/dbus/bus-evidence.ts';
import type { BusMessage } from '../../../src/sources/dbus/bus-message.ts';
import { createBusctlJsonParser, parseBusctlMessage } from '../../../src/sources/dbus/busctl-json.ts';
import { MonitorBody } from '../../../src/sources/dbus/dbus-monitor-body.ts';
import { parseMessageHeader } from '../../../src/sources/dbus/dbus-monitor-header.ts';
import { createDbusMonitorParser } from '../../../src/sources/dbus/dbus-monitor-text.ts';
import { readRecording } from '../../../src/sources/files/read-recording.ts';
import type { LineParser } from '../../../src/sources/line-parser.ts';
import type { Observation } from '../../../src/sources/source.ts';
import { collect } from '../files/collect.ts';
import { countKinds, linesOf } from './reading.ts';

/** As `analyze` reads it: what the parser passes over it does not get. */
async function readAsRecording(
  parser: LineParser,
  lines: readonly string[],
  chunkBytes = 65_536,
): Promise<readonly Observation[]> {
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, index) =>
    bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  );
  return (await collect(readRecording({ file: '-', source: 'dbus', parser, stdin: Readable.from(chunks) }))).flat();
}

/** The evidence of all messages, each of them read whole. */
function evidenceOf(messages: readonly (BusMessage | undefined)[]): readonly unknown[] {
  const translator = createBusTranslator();
  return messages.flatMap((message) => (message === undefined ? [] : translator.translate(message)));
}

function everyBusctlMessage(lines: readonly string[]): readonly (BusMessage | undefined)[] {
  return lines.map((line) => parseBusctlMessage(line, { file: '', line: 0 }));
}

function everyMonitorMessage(lines: readonly string[]): readonly BusMessage[] {
  const messages: { readonly header: Omit<BusMessage, 'body'>; readonly body: MonitorBody }[] = [];
  for (const line of lines) {
    const header = line.startsWith(' ') ? undefined : parseMessageHeader(line);
    if (header !== undefined) messages.push({ header, body: new MonitorBody() });
    else messages.at(-1)?.body.accept(line);
  }
  return messages.map(({ header, body }) => ({ ...header, ...body.end() }));
}

function withoutPlaces(observed: readonly Observation[]): readonly unknown[] {
  return observed.filter(({ kind }) => kind !== 'discarded').map(({ origin: _, ...rest }) => rest);
}

const recordings = readdirSync(new URL('../../scenarios/', import.meta.url)).filter((name) =>
  /^systemd-262-stap$|^debian-bookworm-systemd-252-.*(?:busctl|refused|dependents|dbus-restarted|session|reexec)/.test(name),
);

function recorded(name: string, file: string): readonly string[] {
  const has = readdirSync(new URL(`../../scenarios/${name}/`, import.meta.url)).includes(file);
  return has ? linesOf(`${name}/${file}`) : [];
}

describe('what is passed over of a log of the bus', () => {
  test.each(recordings)('is no evidence in %s', async (name) => {
    const busctl = recorded(name, 'busctl-monitor.jsonl');
    expect(withoutPlaces(await readAsRecording(createBusctlJsonParser(), busctl))).toEqual(
      evidenceOf(everyBusctlMessage(busctl)),
    );
    const monitor = recorded(name, 'dbus-monitor.log');
    expect(withoutPlaces(await readAsRecording(createDbusMonitorParser(), monitor))).toEqual(
      evidenceOf(everyMonitorMessage(monitor)),
    );
  });
});

const path = '/org/freedesktop/systemd1/unit/a_2eservice';
const get = `method call time=1.000000 sender=:1.9 -> destination=org.freedesktop.systemd1 serial=7 path=${path}; interface=org.freedesktop.DBus.Properties; member=Get`;
const reply = 'method return time=1.000001 sender=:1.0 -> destination=:1.9 serial=8 reply_serial=7';
const stop =
  'method call time=1.000002 sender=:1.9 -> destination=org.freedesktop.systemd1 serial=8 path=/org/freedesktop/systemd1; interface=org.freedesktop.systemd1.Manager; member=StopUnit';
const stopped = 'method return time=1.000003 sender=:1.0 -> destination=:1.9 serial=9 reply_serial=8';
const job = '   object path "/org/freedesktop/systemd1/job/189"';

describe('createDbusMonitorParser', () => {
  const read = (...lines: readonly string[]): Promise<readonly Observation[]> =>
    readAsRecording(createDbusMonitorParser(), lines);

  test('reads the reply to a call that it follows, among replies that it does not', async () => {
    const observed = await read(get, reply, job, stop, '   string "a.service"', get, reply, job, stopped, job);
    expect(observed).toMatchObject([{ kind: 'request' }, { kind: 'request', jobId: 189 }]);
  });

  test('finds no message and nothing unreadable in a text of several lines', async () => {
    const text = ['   string "one', 'two "three', '', '   four', 'five"'];
    expect(await read(get, ...text, '   string "b"', reply, '   variant       string "x (', ')"')).toEqual([]);
  });

  test('counts what stands between messages that it passes over, with its place', async () => {
    expect(await read('before', get, '   string "b"', 'between', '', ' x', reply, job)).toMatchObject([
      { reason: 'unreadable', origin: { line: 1 }, text: 'before' },
      { reason: 'unreadable', origin: { line: 4 }, text: 'between' },
      { reason: 'unreadable', origin: { line: 6 }, text: ' x' },
    ]);
  });

  test('counts a header that is damaged', async () => {
    expect(await read(get, get.replace(' -> ', ' '), '   string "a"')).toMatchObject([
      { reason: 'unreadable', origin: { line: 2 } },
    ]);
  });

  test('goes on without end in a message that it passes over', async () => {
    const endless = Array.from({ length: 20_000 }, () => '      string "x"');
    expect(countKinds(await read(reply, '   array [', ...endless, stop, '   string "a.service"'))).toEqual({ request: 1 });
  });

  test('tells the same however the bytes are cut into chunks', async () => {
    const lines = [
      ...linesOf('systemd-262-stap/dbus-monitor.log').slice(7400, 7600),
      get,
      '   string "a',
      'b"',
      reply,
      job,
      'junk',
    ];
    const whole = await readAsRecording(createDbusMonitorParser(), lines);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 20, max: 5000 }), async (chunkBytes) => {
        expect(await readAsRecording(createDbusMonitorParser(), lines, chunkBytes)).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });
});

describe('createBusctlJsonParser', () => {
  const read = (...lines: readonly string[]): Promise<readonly Observation[]> => readAsRecording(createBusctlJsonParser(), lines);
  const message = (type: string, rest: object, data: readonly unknown[] = []): string =>
    JSON.stringify({ type, endian: 'l', flags: 1, version: 1, cookie: 5, ...rest, payload: { type: 's', data } });
  const answer = (serial: number, data: readonly unknown[]): string =>
    message(
      'method_return',
      { reply_cookie: serial, 'timestamp-realtime': 1_795_434_185_377_140, sender: ':1.0', destination: ':1.9' },
      data,
    );
  const stopCall = message(
    'method_call',
    {
      cookie: 8,
      sender: ':1.9',
      destination: 'org.freedesktop.systemd1',
      path: '/org/freedesktop/systemd1',
      interface: 'org.freedesktop.systemd1.Manager',
      member: 'StopUnit',
    },
    ['a.service', 'replace'],
  );

  test('reads the reply to a call that it follows, among replies that it does not', async () => {
    const observed = await read(answer(8, ['x']), stopCall, answer(7, ['x']), answer(8, ['/org/freedesktop/systemd1/job/189']));
    expect(observed).toMatchObject([{ kind: 'request' }, { kind: 'request', jobId: 189 }]);
  });

  test('counts a message that is cut off, and two in one line', async () => {
    const one = answer(7, ['x']);
    expect(await read(one, one.slice(0, -2), `${one.slice(0, -9)}${one}`, one.replace('"sender"', 'sender'))).toMatchObject([
      { reason: 'unreadable', origin: { line: 2 } },
      { reason: 'unreadable', origin: { line: 3 } },
      { reason: 'unreadable', origin: { line: 4 } },
    ]);
  });

  test('misses nothing in a list of units that is too long to be read, and something in what may be evidence', async () => {
    const long = 'x'.repeat(70_000);
    const changed = message('signal', { path, interface: 'org.freedesktop.DBus.Properties', member: 'PropertiesChanged' }, [
      long,
    ]);
    expect(await read(answer(7, [long]), changed)).toMatchObject([{ reason: 'too-long', origin: { line: 2 } }]);
  });
});
