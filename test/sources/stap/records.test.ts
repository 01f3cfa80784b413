import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { CallPath, JournalHost } from '../../../src/model/evidence.ts';
import { setRedaction } from '../../../src/model/redact.ts';
import { formatLost, formatRecord } from '../../../src/sources/stap/format-record.ts';
import { createStapParser } from '../../../src/sources/stap/stap-parser.ts';
import { ofKind, only, readLines, readText } from './reading.ts';

const first = 'systemd-stop-exporter records version=1 probe=stap';
const t = 't=1795434186669170';
const core = '/usr/lib/x86_64-linux-gnu/systemd/libsystemd-core-262.so';
const frameRows = [
  ` 0x7ff56ba9f0a0 : service_enter_stop.lto_priv.0+0x0/0x1c0 [${core}]`,
  ` 0x7ff56ba9f5cc : service_stop+0x9c/0x110 [${core}]`,
];
const caller = [
  ' process pid=199 comm=systemctl start=1795434186661204 uid=0 cgroup=/user.slice/user-0.slice/session-2.scope command="systemctl stop a"',
  ' process pid=165 comm="my \\"shell\\"" login_uid=4294967295',
  ' process pid=1 comm=systemd',
];

function record(head: string, ...rows: readonly string[]): readonly string[] {
  const [sequence, kind] = head.split(' ');
  return [`begin ${head}`, ...rows, `end ${sequence} ${kind} lines=${rows.length}`];
}

function reasons(lines: readonly string[]): readonly string[] {
  return ofKind(readLines(lines), 'discarded').map(({ reason }) => reason);
}

describe('the kinds of stap/RECORD.md', () => {
  test('stop is a call path', () => {
    const head = `7 stop ${t} unit=a.service function=service_enter_stop result=success old_state=running new_state=stop-sigterm main_pid=12 control_pid=0 invocation_id=0123456789abcdef0123456789abcdef`;
    expect(only(readLines([first, ...record(head, ...frameRows)]))).toEqual({
      kind: 'call-path',
      source: 'stap',
      atUsec: 1_795_434_186_669_170,
      origin: { file: 'stap.log', line: 2 },
      raw: [`begin ${head}`, ...frameRows].join('\n'),
      unit: 'a.service',
      function: 'service_enter_stop',
      result: 'success',
      oldState: 'running',
      newState: 'stop-sigterm',
      mainPid: 12,
      controlPid: 0,
      invocationId: '0123456789abcdef0123456789abcdef',
      frames: [
        { function: 'service_enter_stop', offset: 0, size: 0x1c0, module: core, reliable: true },
        { function: 'service_stop', offset: 0x9c, size: 0x110, module: core, reliable: true },
      ],
    });
  });

  test('stop tells how the main process ended', () => {
    const head = `7 stop ${t} unit=a.service new_state=dead exit_code=killed exit_status=15`;
    expect(only(readLines(record(head)))).toMatchObject({ kind: 'call-path', exit: { code: 'killed', status: 15 } });
    expect(reasons(record(`7 stop ${t} exit_code=vanished exit_status=15`))).toEqual(['torn-record']);
  });

  test('pull is what PID 1 put in because of another unit', () => {
    const head = `7 pull ${t} unit=b.service action=stop by_unit=a.service by_action=restart by_job=12`;
    expect(only(readLines(record(head)))).toMatchObject({
      kind: 'job-pulled',
      unit: 'b.service',
      action: 'stop',
      byUnit: 'a.service',
      byJob: { id: 12, action: 'restart' },
    });
    expect(only(readLines(record(`8 pull ${t} unit=b.service action=stop`)))).not.toHaveProperty('byJob');
    expect(reasons(record(`9 pull ${t} action=stop by_unit=a.service`))).toEqual(['torn-record']);
  });

  test('no frame of a stop is reliable where the probe knows exported symbols only', () => {
    const { frames } = only(readLines(record(`7 stop ${t} unit=a.service symbols=exported`, ...frameRows))) as CallPath;
    expect(frames.map(({ function: name, reliable }) => `${name} ${reliable}`)).toEqual([
      'service_enter_stop false',
      'service_stop false',
    ]);
  });

  test('stop takes its function from the stack and its result from a number where it must', () => {
    expect(only(readLines(record(`7 stop ${t} result=5`, ...frameRows)))).toMatchObject({
      function: 'service_enter_stop',
      result: 'signal',
    });
    expect(only(readLines(record(`7 stop ${t} result=9 unit=<unknown>`)))).toEqual({
      kind: 'call-path',
      source: 'stap',
      atUsec: 1_795_434_186_669_170,
      origin: { file: 'stap.log', line: 1 },
      raw: `begin 7 stop ${t} result=9 unit=<unknown>`,
      frames: [],
    });
  });

  test('request names its caller, outermost first', () => {
    const request = only(
      readLines(record(`1 request ${t} unit=a.service action=stop mode=replace method=StopUnit job=371`, ...caller)),
    );
    expect(request).toMatchObject({
      kind: 'request',
      unit: 'a.service',
      action: 'stop',
      mode: 'replace',
      method: 'StopUnit',
      jobId: 371,
      sender: {
        pid: 199,
        name: 'systemctl',
        startedAtUsec: 1_795_434_186_661_204,
        uid: 0,
        unit: 'session-2.scope',
        command: 'systemctl stop a',
      },
      ancestry: [{ pid: 1, name: 'systemd' }, { pid: 165, name: 'my "shell"' }, { pid: 199 }],
    });
  });

  test('request over the bus has a name and not the credentials of PID 1', () => {
    const request = only(
      readLines(record(`1 request ${t} action=verify-active bus_name=:1.4 serial=12`, ' process pid=1 comm=systemd')),
    );
    expect(request).toMatchObject({ kind: 'request', action: 'other', busName: ':1.4', serial: 12 });
    expect(request).not.toHaveProperty('sender');
  });

  test('signal has a target, whose cgroup tells the unit', () => {
    const lines = record(`1 signal ${t} signal=9 code=0`, ' target pid=222 comm=sleep cgroup=/system.slice/a.service', ...caller);
    expect(only(readLines(lines))).toMatchObject({
      kind: 'signal',
      signal: 9,
      unit: 'a.service',
      fromKernel: false,
      sender: { pid: 199 },
      target: { pid: 222, name: 'sleep', unit: 'a.service' },
    });
    expect(only(readLines(record(`1 signal ${t} signal=9 code=128`, ' target pid=2', ' process comm=x')))).toMatchObject({
      fromKernel: true,
      target: { pid: 2, name: 'unknown' },
    });
  });

  test('oom has a target, whose unit it may name', () => {
    const rows = ' target pid=222 comm=tail unit=a.service';
    expect(only(readLines(record(`1 oom ${t}`, rows)))).toMatchObject({
      kind: 'oom-victim',
      unit: 'a.service',
      target: { pid: 222, name: 'tail' },
    });
  });

  test('move has a task and where it went', () => {
    const lines = record(`1 move ${t} from=/system.slice/a.service to="/user.slice/b c"`, ' task pid=222 comm=sleep', ...caller);
    expect(only(readLines(lines))).toMatchObject({
      kind: 'cgroup-move',
      task: { pid: 222 },
      from: '/system.slice/a.service',
      to: '/user.slice/b c',
      unit: 'a.service',
      sender: { pid: 199 },
    });
  });

  test('empty has a cgroup and in whose context it ran empty', () => {
    expect(only(readLines(record(`1 empty ${t} cgroup=/system.slice/a.service how=exit`, ...caller)))).toMatchObject({
      kind: 'cgroup-empty',
      cgroup: '/system.slice/a.service',
      unit: 'a.service',
      how: 'exit',
      by: { pid: 199 },
      ancestry: [{ pid: 1 }, { pid: 165 }, { pid: 199 }],
    });
  });

  test('lost is counted as overrun', () => {
    expect(only(readText(formatLost(31, 1_795_434_186_669_170, 4)))).toMatchObject({ reason: 'overrun', text: '31 events lost' });
  });

  test('are all in the example of RECORD.md that begins it', () => {
    const text = readFileSync(new URL('../../../stap/RECORD.md', import.meta.url), 'utf8');
    const example = text.split('```')[1]?.replaceAll('0f5c…', '0'.repeat(32)).replaceAll('9d1e…', '1'.repeat(32)) ?? '';
    expect(readText(example.trim()).map(({ kind }) => kind)).toEqual(['request', 'call-path']);
  });
});

describe('a stream of records', () => {
  test('tells its probe and its host', () => {
    const hosts: JournalHost[] = [];
    const parser = createStapParser({ onHost: (host) => hosts.push(host) });
    const announcement = `systemd-stop-exporter records version=1 probe=tracefs machine_id=${'0'.repeat(32)} boot_id=11111111-1111-1111-1111-111111111111 hostname="my host"`;
    expect(only(readLines([announcement, ...record(`1 stop ${t}`)], parser)).source).toBe('tracefs');
    expect(hosts).toEqual([{ machineId: '0'.repeat(32), bootId: '1'.repeat(32), hostname: 'my host' }]);
    expect(only(readLines(record(`1 stop ${t}`), createStapParser({ source: 'tracefs' }))).source).toBe('tracefs');
  });

  test('is of version 1 where its first line was missed, and no record says otherwise', () => {
    expect(reasons(record(`1 stop ${t}`))).toEqual([]);
    expect(reasons(record(`1 stop version=2 ${t}`))).toEqual(['unknown-version']);
    expect(reasons(record(`1 stop ${t} unit="a version=2"`))).toEqual(['torn-record']);
  });

  test('of another version is discarded record by record, until another one begins', () => {
    const observed = readLines([
      'systemd-stop-exporter records version=2 probe=stap',
      ...record(`1 stop ${t}`, ...frameRows),
      ...record('2 novelty x', ' what ever'),
      first,
      ...record(`1 stop ${t}`),
    ]);
    expect(observed.map((observation) => (observation.kind === 'discarded' ? observation.reason : observation.kind))).toEqual([
      'unknown-version',
      'unknown-version',
      'call-path',
    ]);
    expect(ofKind(observed, 'discarded')[0]?.text).toBe(`version "2": begin 1 stop ${t}`);
  });

  test('holds unknown kinds, keys and rows of a later version', () => {
    expect(reasons(record(`1 novelty ${t}`, ' what ever=1'))).toEqual(['unknown-record']);
    expect(reasons(record(`1 stop ${t} novelty="x y"`, ' novelty a=1', ...frameRows))).toEqual([]);
  });

  test('holds no records of the older scripts', () => {
    expect(reasons([first, 'the meta_id="a.service"', '', '--'])).toEqual(['unreadable']);
  });

  test('counts what else stands between records', () => {
    expect(reasons([first, 'WARNING: x', ...record(`1 stop ${t}`), frameRows[0] ?? '', 'Pass 5: run'])).toEqual([
      'unreadable',
      'unreadable',
    ]);
  });

  test('says what was too long', () => {
    expect(reasons([first, 'x'.repeat(70_000)])).toEqual(['too-long']);
    expect(reasons([first, `begin 1 stop ${t}`, ` x a=${'x'.repeat(70_000)}`, 'end 1 stop lines=1'])).toEqual([
      'torn-record',
      'too-long',
    ]);
  });
});

describe('isUnfinished', () => {
  test.each([
    ['a record', record(`1 stop ${t}`, ...frameRows)],
    ['a record that is discarded', record('1 novelty', ...frameRows)],
    ['what the script of 2020 printed', ['the meta_id="a.service"', ...frameRows, 'Tue Sep 22 09:15:28 2020: systemd (1), 1, 0']],
  ])('is true until the last line of %s', (_, lines) => {
    const parser = createStapParser();
    const told = lines.map((line, index) => {
      parser.accept(line, { file: 'f', line: index });
      return parser.isUnfinished;
    });
    expect(told).toEqual(lines.map((_line, index) => index < lines.length - 1));
  });
});

describe('a torn record', () => {
  const whole = record(`7 stop ${t} unit=a.service`, ...frameRows);
  const [begin = '', row = '', , end = ''] = whole;
  const next = record(`8 stop ${t} unit=b.service`, ...frameRows);

  test.each([
    ['is cut by the next one', [begin, row, ...next], ['torn-record']],
    ['is cut by the end', [...next, begin, row], ['torn-record']],
    ['has lost a row', [begin, row, end, ...next], ['torn-record']],
    ['has lost its beginning', [row, end, ...next], ['unreadable', 'torn-record']],
    [
      'has lost its end and the next one its beginning',
      [begin, row, row, 'end 6 stop lines=2', ...next],
      ['torn-record', 'torn-record'],
    ],
    ['has a damaged beginning', ['begin 7', row, end, ...next], ['torn-record']],
    ['has a damaged end', [begin, row, row, 'end 7 stop li', ...next], ['torn-record']],
    ['ends as another kind', [begin, row, row, 'end 7 signal lines=2', ...next], ['torn-record']],
    ['is interrupted by a new start of the probe', [begin, row, first, ...next], ['torn-record']],
    ['has junk in it', [begin, row, 'WARNING: x', row, end, ...next], ['torn-record', 'unreadable']],
    ['has a blank line in it', [begin, row, '', row, end, ...next], ['torn-record']],
    ['has a row that is none', [begin, row, ' ?', 'end 7 stop lines=2', ...next], ['torn-record']],
  ])('that %s is counted and nothing of it is used', (_, lines, expected) => {
    const observed = readLines([first, ...lines]);
    expect(ofKind(observed, 'discarded').map(({ reason }) => reason)).toEqual(expected);
    expect(only(ofKind(observed, 'call-path')).unit).toBe('b.service');
  });

  test('has left no stack behind where reading began in the middle of it', () => {
    const observed = readLines([...whole.slice(1), ...next]);
    expect(observed.map(({ kind }) => kind)).toEqual(['discarded', 'call-path']);
    expect(only(ofKind(observed, 'call-path')).unit).toBe('b.service');
  });

  test('leaves the records of an older script alone', () => {
    const observed = readLines([begin, row, 'the meta_id="c.service"', row, row, '', ...next]);
    expect(ofKind(observed, 'call-path').map((path) => [path.unit, path.frames.length])).toEqual([
      ['c.service', 1],
      [undefined, 1],
      ['b.service', 2],
    ]);
    expect(ofKind(observed, 'discarded').map(({ reason }) => reason)).toEqual(['torn-record']);
  });

  test.each([
    't=',
    't=1 t=2',
    'unit=a.service',
    `${t} unit="a b.service"`,
    `${t} unit="cut.serv"...`,
    `${t} main_pid=x`,
    `${t} main_pid=99999999999`,
    `${t} result=Success`,
    `${t} invocation_id=12`,
    `${t} function="a b"`,
    't=99999999999999999',
    `${t} unit="a`,
  ])('is one with the fields %j', (fields) => {
    expect(reasons(record(`7 stop ${fields}`, ...frameRows))).toEqual(['torn-record']);
  });

  test.each([
    [`request ${t}`, caller],
    [`request ${t} action=stop bus_name=me`, caller],
    [`request ${t} action=stop`, [' process pid=x']],
    [`signal ${t} signal=9`, [' target pid=1']],
    [`signal ${t} signal=9`, caller],
    [`signal ${t} signal=65`, [' target pid=1', ...caller]],
    [`oom ${t} unit=a.service`, caller],
    [`move ${t} to=/x`, caller],
    [`move ${t}`, [' task pid=2', ...caller]],
    [`move ${t} to=x`, [' task pid=2', ...caller]],
    [`empty ${t}`, caller],
    [`empty ${t} cgroup=/x how=magic`, caller],
    [`empty ${t} cgroup=/x`, []],
    [`lost ${t}`, []],
    ['lost events=3', []],
  ] as const)('is %s with these rows', (head, rows) => {
    expect(reasons(record(`7 ${head}`, ...rows))).toEqual(['torn-record']);
  });

  test.each([
    ['frames', Array<string>(129).fill(frameRows[1] ?? '')],
    ['processes', Array<string>(65).fill(' process pid=5 comm=x')],
    ['rows', Array<string>(257).fill(' novelty a=1')],
    ['characters', Array<string>(70).fill(` novelty a=${'x'.repeat(1000)}`)],
  ])('is not one with too many %s: that is out of bounds', (_, rows) => {
    expect(reasons([...record(`7 stop ${t}`, ...rows), ...next])).toEqual(['out-of-bounds']);
  });
});

describe('what a user’s process chooses', () => {
  const evil =
    'x"\nend 1 signal lines=1\nbegin 2 stop t=1 unit=ssh.service\nend 2 stop lines=0\r\nsystemd-stop-exporter records version=9\n';

  test('cannot end its record, nor begin another', () => {
    const victim = { pid: 2, name: evil, command: evil, user: evil, tty: evil };
    const content = {
      kind: 'signal',
      atUsec: 1_795_434_186_669_170,
      signal: 9,
      sender: victim,
      ancestry: [victim],
      target: victim,
    } as const;
    const text = formatRecord(content, 1);
    expect(text.trimEnd().split('\n')).toHaveLength(4);
    expect(only(readText(text))).toMatchObject({ kind: 'signal', sender: { name: evil, user: evil } });
    const moved = { kind: 'cgroup-move', atUsec: 1_795_434_186_669_170, to: `/${evil}`, sender: victim, task: victim } as const;
    expect(only(readText(formatRecord(moved, 1)))).toMatchObject({ kind: 'cgroup-move', to: `/${evil}` });
  });

  test('is kept and shown without its secrets', () => {
    const rows = [' process pid=199 comm="command=" command="mysql --password=hunter2 -e x"'];
    const [request] = readLines(record(`1 request ${t} action=stop`, ...rows));
    expect(JSON.stringify(request)).toContain('mysql');
    expect(JSON.stringify(request)).not.toContain('hunter2');
    expect(JSON.stringify(readLines([first, ...rows]))).not.toContain('hunter2');
  });

  test('is written without its secrets too, and without arguments where that is wanted', () => {
    const sender = { pid: 199, name: 'mysql', command: 'mysql --password=hunter2 -e drop' };
    const content = { kind: 'request', atUsec: 1_795_434_186_669_170, action: 'stop', sender } as const;
    expect(formatRecord(content, 1)).toContain('command="mysql --password=*** -e drop"');
    try {
      setRedaction({ mode: 'strict', patterns: [] });
      expect(formatRecord(content, 1)).toContain('command="mysql --password=*** -e ***"');
    } finally {
      setRedaction({ mode: 'default', patterns: [] });
    }
  });
});
