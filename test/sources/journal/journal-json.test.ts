import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { journalEvents } from '../../../src/model/evidence.ts';
import { eventIds } from '../../../src/sources/journal/event-ids.ts';
import { eventPatterns } from '../../../src/sources/journal/event-patterns.ts';
import { createJournalParser } from '../../../src/sources/journal/journal-json.ts';
import type { Observation } from '../../../src/sources/source.ts';
import { countKinds, file, linesOf, ofKind, only, readLines } from '../dbus/reading.ts';

const lines = linesOf('systemd-262-stap/journal.jsonl');
const observed = readLines(createJournalParser(), lines);

type Fields = Readonly<Record<string, unknown>>;

/** What journald adds by itself to a message of PID 1. */
const ofPid1: Fields = {
  _PID: '1',
  _UID: '0',
  _COMM: 'systemd',
  _SYSTEMD_UNIT: 'init.scope',
  __REALTIME_TIMESTAMP: '9',
  UNIT: 'a.service',
};
const ofUser: Fields = { ...ofPid1, _PID: '4711', _UID: '1000', _SYSTEMD_UNIT: 'session-2.scope' };

function read(fields: Fields): readonly Observation[] {
  return readLines(createJournalParser(), [JSON.stringify(fields)]);
}

const stopping = 'de5b426a63be47a7b6ac3eaac82e2f6f';
const processExit = '98e322203f7a4ed290d09fe03c09fe15';

describe('createJournalParser with the recording of systemd 262', () => {
  test('reads the entries of PID 1, and passes over the rest', () => {
    expect(countKinds(observed)).toEqual({ journal: 23 });
    expect(ofKind(observed, 'journal').map(({ event, unit }) => `${event} ${unit?.replace('.service', '')}`)).toEqual([
      ...['started sleepy', 'started bound'],
      ...['stopping bound', 'success bound', 'stopped bound', 'stopping sleepy', 'success sleepy', 'stopped sleepy'],
      ...['started sleepy', 'stopping sleepy', 'success sleepy', 'stopped sleepy'],
      ...['started sleepy', 'stopping sleepy', 'success sleepy', 'stopped sleepy'],
      ...['started sleepy', 'process-exit sleepy', 'failure sleepy'],
      ...['started sleepy', 'success sleepy'],
      ...['starting forky', 'started forky'],
    ]);
  });

  test('reads a stop with its job, its time and its machine', () => {
    expect(ofKind(observed, 'journal')[4]).toEqual({
      kind: 'journal',
      source: 'journal',
      atUsec: 1795434186708967,
      event: 'stopped',
      unit: 'bound.service',
      message: 'Stopped bound.service.',
      invocationId: 'd8974b5d8134403da92245b2d99e7654',
      jobId: 139,
      jobType: 'stop',
      jobResult: 'done',
      cursor:
        's=fd123c1c4e064510af1988f2936d5126;i=204;b=b2090cccd54d4e9aa49872b387d7e27f;m=16976e1;t=660f018eaa113;x=1317c7f90afdd6ef',
      host: { machineId: 'bd303b5b85d94fb3a136d4f61dc5b544', bootId: 'b2090cccd54d4e9aa49872b387d7e27f', hostname: 'vm' },
      origin: { file, line: 6 },
      raw: '{"__REALTIME_TIMESTAMP":"1795434186711315","_SOURCE_REALTIME_TIMESTAMP":"1795434186708967","_PID":"1","_COMM":"systemd","_SYSTEMD_UNIT":"init.scope","MESSAGE_ID":"9d1aaa27d60140bd96365438aad20286","CODE_FUNC":"job_emit_done_message","UNIT":"bound.service","INVOCATION_ID":"d8974b5d8134403da92245b2d99e7654","JOB_ID":"139","JOB_TYPE":"stop","JOB_RESULT":"done","MESSAGE":"Stopped bound.service."}',
    });
  });

  test('reads how the main process ended', () => {
    expect(ofKind(observed, 'journal').find(({ event }) => event === 'process-exit')).toMatchObject({
      exitCode: 'killed',
      exitStatus: 9,
      process: 'main',
      atUsec: 1795434200235826,
    });
    expect(ofKind(observed, 'journal').find(({ event }) => event === 'failure')).toMatchObject({ unitResult: 'signal' });
  });

  test('tells the beginning of the same, wherever it is cut off', () => {
    for (let cut = 0; cut <= lines.length; cut++) {
      const part = readLines(createJournalParser(), lines.slice(0, cut));
      expect(part).toEqual(observed.slice(0, part.length));
    }
  });

  test('tells the same with junk between the entries', () => {
    const junk = fc.string({ unit: 'binary' }).filter((line) => line.trim() !== '' && !/^\s*\{/.test(line));
    fc.assert(
      fc.property(fc.array(junk, { minLength: lines.length, maxLength: lines.length }), (junks) => {
        const read = readLines(
          createJournalParser(),
          lines.flatMap((line, index) => [junks[index] ?? '', line]),
        );
        expect(countKinds(read)).toEqual({ journal: 23, discarded: lines.length });
      }),
    );
  });
});

describe('createJournalParser with entries that have an id', () => {
  test.each([...eventIds].filter(([, { author }]) => author === 'pid-1'))('believes %s of PID 1 alone', (id, { event }) => {
    expect(read({ ...ofPid1, MESSAGE_ID: id, MESSAGE: 'x' })).toMatchObject([
      { kind: 'journal', event, unit: 'a.service', message: 'x', atUsec: 9 },
    ]);
    expect(read({ ...ofUser, MESSAGE_ID: id, MESSAGE: 'x' })).toEqual([]);
  });

  test('reads logind’s word of a shutdown, and no other’s', () => {
    const entry = {
      ...ofPid1,
      _PID: '730',
      _SYSTEMD_UNIT: 'systemd-logind.service',
      MESSAGE_ID: '98268866d1d54a499c4e98921d93bc40',
      MESSAGE: 'x',
    };
    expect(only(read(entry))).toMatchObject({ event: 'shutdown' });
    expect(only(read(entry))).not.toHaveProperty('unit');
    expect(read({ ...entry, _SYSTEMD_UNIT: 'session-2.scope' })).toEqual([]);
    expect(read({ ...entry, _SYSTEMD_UNIT: undefined, SYSTEMD_UNIT: 'systemd-logind.service' })).toEqual([]);
  });

  test('reads a core dump of a unit of ours', () => {
    const entry = {
      __REALTIME_TIMESTAMP: '9',
      _PID: '5',
      _SYSTEMD_UNIT: 'systemd-coredump@3-5-0.service',
      MESSAGE_ID: 'fc2e22bc6ee647b6b90729ab34a250b1',
      COREDUMP_UNIT: 'a.service',
      COREDUMP_SIGNAL: '11',
      MESSAGE: 'Process 7 (a) of user 0 dumped core.\n\nStack trace of thread 7:',
    };
    expect(only(read(entry))).toMatchObject({
      event: 'core-dump',
      unit: 'a.service',
      exitStatus: 11,
      message: 'Process 7 (a) of user 0 dumped core.',
    });
    expect(read({ ...entry, COREDUMP_USER_UNIT: 'b.service' })).toEqual([]);
    expect(read({ ...entry, COREDUMP_UNIT: undefined })).toEqual([]);
    expect(read({ ...entry, _SYSTEMD_UNIT: 'a.service' })).toEqual([]);
  });

  test('passes over a user’s manager and over an entry without a unit', () => {
    const { UNIT: _, ...withoutUnit } = ofPid1;
    expect(read({ ...withoutUnit, USER_UNIT: 'a.service', MESSAGE_ID: stopping, MESSAGE: 'x' })).toEqual([]);
    expect(read({ ...ofUser, USER_UNIT: 'a.service', MESSAGE_ID: stopping, MESSAGE: 'x' })).toEqual([]);
  });

  test('tells a control process from the main one', () => {
    const entry = { ...ofPid1, MESSAGE_ID: processExit, EXIT_CODE: 'exited', EXIT_STATUS: '3' };
    expect(read({ ...entry, MESSAGE: 'a.service: Control process exited, code=exited, status=3/NOTIMPLEMENTED' })).toMatchObject([
      { process: 'control', exitCode: 'exited', exitStatus: 3 },
    ]);
    expect(read({ ...entry, COMMAND: 'ExecReload', MESSAGE: '?' })).toMatchObject([{ process: 'control' }]);
    expect(read({ ...entry, COMMAND: 'ExecStart', MESSAGE: '?' })).toMatchObject([{ process: 'main' }]);
  });

  test('does not read an exit into the description of a unit', () => {
    const [entry] = read({ ...ofPid1, MESSAGE_ID: stopping, MESSAGE: 'Stopping main process of code=killed, status=9...' });
    expect(entry).not.toHaveProperty('exitCode');
    expect(entry).not.toHaveProperty('process');
  });

  test('reads bytes, fields given more than once, and fields too large to print', () => {
    const entry = { ...ofPid1, MESSAGE_ID: stopping };
    const bytes = [...Buffer.from('Stopping ä…')];
    expect(read({ ...entry, MESSAGE: bytes })).toMatchObject([{ message: 'Stopping ä…' }]);
    expect(read({ ...entry, MESSAGE: [bytes, bytes] })).toMatchObject([{ message: 'Stopping ä…' }]);
    expect(read({ ...entry, MESSAGE: ['one', 'two'], INVOCATION_ID: null })).toMatchObject([{ message: 'one' }]);
    expect(read({ ...entry, MESSAGE: null })).toMatchObject([{ message: '' }]);
    expect(read({ ...entry, MESSAGE: [], UNIT: [[[]]] })).toEqual([]);
  });

  test('takes the sender’s time before journald’s, and the time of reading where there is neither', () => {
    const entry = { ...ofPid1, MESSAGE_ID: stopping, MESSAGE: 'x' };
    expect(read({ ...entry, _SOURCE_REALTIME_TIMESTAMP: '8' })).toMatchObject([{ atUsec: 8 }]);
    expect(read({ ...entry, __REALTIME_TIMESTAMP: undefined })[0]).not.toHaveProperty('atUsec');
    const line = JSON.stringify({ ...entry, __REALTIME_TIMESTAMP: 'x' });
    expect(readLines(createJournalParser(), [line], 7)).toMatchObject([{ atUsec: 7 }]);
  });

  test('reads the result of a job as systemd 219 calls it, and counts restarts', () => {
    const stopped = { ...ofPid1, MESSAGE_ID: '9d1aaa27d60140bd96365438aad20286', MESSAGE: 'x', RESULT: 'done' };
    expect(read(stopped)).toMatchObject([{ jobResult: 'done' }]);
    expect(read({ ...ofPid1, MESSAGE_ID: '5eb03494b6584870a536b337290809b3', MESSAGE: 'x', N_RESTARTS: '3' })).toMatchObject([
      { restarts: 3 },
    ]);
  });

  test('hides secrets', () => {
    const [entry] = read({ ...ofPid1, MESSAGE_ID: stopping, MESSAGE: 'Stopping app --password hunter2' });
    expect(JSON.stringify(entry)).not.toContain('hunter2');
  });
});

/** Text, function, what it tells: as systemd of the version printed it. */
const texts: readonly (readonly [string, string, object])[] = [
  ["a.service: State 'stop-sigterm' timed out. Killing.", 'service_dispatch_timer', { event: 'timed-out' }],
  ['a.service stop-sigterm timed out. Killing.', 'service_dispatch_timer', { event: 'timed-out' }],
  ['a.service: start operation timed out. Terminating.', 'service_dispatch_timer', { event: 'timed-out' }],
  ['a.service: Service reached runtime time limit. Stopping.', 'service_dispatch_timer', { event: 'runtime-limit' }],
  ['a.service: Watchdog timeout (limit 1s)!', 'service_dispatch_watchdog', { event: 'watchdog' }],
  ['a.service watchdog timeout (limit 1s)!', 'service_dispatch_watchdog', { event: 'watchdog' }],
  ['a.service: Watchdog request (last status: fine)!', 'service_force_watchdog', { event: 'watchdog' }],
  ['a.service: Killing process 7 (a b) with signal SIGKILL.', 'log_kill', { event: 'killing' }],
  [
    'a.service: Sent signal SIGKILL to main process 7 (a) on client request.',
    'kill_common_log',
    { event: 'client-signal', process: 'main' },
  ],
  ['a.service: Killed unit cgroup with SIGKILL on client request.', 'unit_kill', { event: 'client-signal' }],
  [
    'a.service: D-Bus name org.example.A vanished while the service was running.',
    'service_enter_running',
    { event: 'bus-name-lost' },
  ],
  [
    'a.service: main process exited, code=killed, status=9/KILL',
    'service_sigchld_event',
    { event: 'process-exit', exitCode: 'killed', exitStatus: 9, process: 'main' },
  ],
  [
    'a.service: control process exited, code=exited status=1',
    'service_sigchld_event',
    { event: 'process-exit', exitCode: 'exited', exitStatus: 1, process: 'control' },
  ],
  ['Unit a.service entered failed state.', 'unit_notify', { event: 'failure' }],
  ["a.service: Failed with result 'core-dump'.", 'service_enter_dead', { event: 'failure', unitResult: 'core-dump' }],
];

describe('createJournalParser with entries that have none', () => {
  test.each(texts)('reads %s of PID 1 in its function alone', (message, codeFunction, expected) => {
    const entry = { ...ofPid1, MESSAGE: message, CODE_FUNC: codeFunction };
    expect(read(entry)).toMatchObject([{ kind: 'journal', unit: 'a.service', message, ...expected }]);
    expect(read({ ...entry, _PID: '2' })).toEqual([]);
    expect(read({ ...entry, MESSAGE: 'something else' })).toEqual([]);
    if (!('event' in expected && expected.event === 'client-signal')) expect(read({ ...entry, CODE_FUNC: 'other' })).toEqual([]);
  });

  test('takes a reload that timed out for no event: the unit goes on', () => {
    const message = 'a.service: Reload operation timed out. Killing reload process.';
    expect(read({ ...ofPid1, MESSAGE: message, CODE_FUNC: 'service_dispatch_timer' })).toEqual([]);
  });

  test('needs a unit where the text is about one', () => {
    const { UNIT: _, ...withoutUnit } = ofPid1;
    expect(read({ ...withoutUnit, MESSAGE: "State 'x' timed out.", CODE_FUNC: 'service_dispatch_timer' })).toEqual([]);
    expect(read({ ...withoutUnit, MESSAGE: 'Unit a.service entered failed state.', CODE_FUNC: 'unit_notify' })).toMatchObject([
      { unit: 'a.service' },
    ]);
  });

  test.each([
    [
      "Reexecuting requested from client PID 7 ('systemctl') (unit apt-daily-upgrade.service)...",
      { pid: 7, name: 'systemctl', unit: 'apt-daily-upgrade.service' },
    ],
    ["Poweroff requested from client PID 7 ('a (b')c')...", { pid: 7, name: "a (b')c" }],
    ['Reload requested from client PID 7...', { pid: 7, name: 'unknown' }],
  ])('reads the client in %s', (message, sender) => {
    const { UNIT: _, ...withoutUnit } = ofPid1;
    const entry = { ...withoutUnit, MESSAGE: message, CODE_FUNC: 'manager_log_caller' };
    expect(only(read(entry))).toMatchObject({ event: 'manager-request', sender, message });
    expect(read({ ...entry, CODE_FUNC: 'other' })).toEqual([]);
    expect(read({ ...entry, _PID: '730' })).toEqual([]);
  });

  test('reads the client of a shutdown in logind’s words', () => {
    const entry = {
      ...ofUser,
      _SYSTEMD_UNIT: 'systemd-logind.service',
      CODE_FUNC: 'log_shutdown_caller',
      MESSAGE: "poweroff requested from client PID 7 ('systemctl') (unit session-2.scope)...",
    };
    expect(only(read(entry))).toMatchObject({ event: 'manager-request', sender: { pid: 7, unit: 'session-2.scope' } });
    expect(read({ ...entry, _SYSTEMD_UNIT: 'user@1000.service' })).toEqual([]);
  });

  test('reads the sender of a signal to PID 1, but for its children’s ends', () => {
    const entry = { ...ofPid1, UNIT: undefined, CODE_FUNC: 'log_received_signal' };
    expect(only(read({ ...entry, MESSAGE: 'Received SIGRTMIN+4 from PID 7 (kill).' }))).toMatchObject({
      event: 'manager-signal',
      sender: { pid: 7, name: 'kill' },
    });
    expect(only(read({ ...entry, MESSAGE: 'Received SIGTERM from PID 7 (n/a).' }))).toMatchObject({
      sender: { pid: 7, name: 'unknown' },
    });
    expect(read({ ...entry, MESSAGE: 'Received SIGCHLD from PID 7 (sleep).' })).toEqual([]);
    expect(read({ ...entry, _PID: '230', MESSAGE: 'Received SIGTERM from PID 1 (systemd-shutdow).' })).toEqual([]);
  });

  test('reads whom systemd-oomd killed, where it is a whole unit', () => {
    const entry = { ...ofPid1, _PID: '9', UNIT: undefined, _SYSTEMD_UNIT: 'systemd-oomd.service' };
    const killed = (cgroup: string): readonly Observation[] =>
      read({ ...entry, MESSAGE: `Killed ${cgroup} due to memory pressure for / being 61% > 60%` });
    expect(killed('/system.slice/a.service')).toMatchObject([{ event: 'oomd-kill', unit: 'a.service' }]);
    expect(killed('/user.slice/user-1000.slice/user@1000.service/app.slice/b.scope')).toEqual([]);
    expect(
      read({ ...entry, _SYSTEMD_UNIT: 'a.service', MESSAGE: 'Killed /system.slice/a.service due to memory pressure for /' }),
    ).toEqual([]);
  });
});

describe('createJournalParser', () => {
  test('has a way to tell every event', () => {
    const told = new Set([...[...eventIds.values()].map(({ event }) => event), ...eventPatterns.map(({ event }) => event)]);
    expect(journalEvents.filter((event) => !told.has(event))).toEqual([]);
  });

  test('counts lines that it cannot read', () => {
    expect(readLines(createJournalParser(), ['-- No entries --', '', '[1]', '{"_PID":"1"'])).toMatchObject([
      { kind: 'discarded', source: 'journal', reason: 'unreadable', origin: { file, line: 1 }, text: '-- No entries --' },
      { kind: 'discarded', origin: { file, line: 3 } },
      { kind: 'discarded', origin: { file, line: 4 } },
    ]);
  });

  test('reads any JSON without throwing', () => {
    const id = fc.constantFrom(...eventIds.keys(), undefined);
    const codeFunction = fc.constantFrom(...eventPatterns.flatMap(({ functions }) => functions ?? []), undefined);
    fc.assert(
      fc.property(fc.json(), fc.jsonValue(), id, codeFunction, (line, value, messageId, CODE_FUNC) => {
        const entry = {
          ...ofPid1,
          MESSAGE_ID: messageId,
          CODE_FUNC,
          MESSAGE: value,
          UNIT: value,
          EXIT_STATUS: value,
          __CURSOR: value,
        };
        expect(() => readLines(createJournalParser(), [line, JSON.stringify(entry)])).not.toThrow();
      }),
    );
  });

  test('is done with a megabyte of anything, which a quadratic pattern never would be', () => {
    for (const { functions, author } of eventPatterns) {
      for (const piece of [
        'a',
        ' ',
        '(',
        "'",
        'Killing process 1 (',
        'requested from client PID 1 (',
        '1',
        "Failed with result '",
        'Sent x ',
      ]) {
        const MESSAGE = piece.repeat(Math.ceil(1_000_000 / piece.length));
        read({ ...ofPid1, CODE_FUNC: functions?.[0], _SYSTEMD_UNIT: `systemd-${author}.service`, MESSAGE });
      }
    }
  });
});
