import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxRawLength, requestActions } from '../../../src/model/evidence.ts';
import type { Process } from '../../../src/model/process.ts';
import type { Observation } from '../../../src/sources/source.ts';
import { formatRecord, type RecordContent } from '../../../src/sources/stap/format-record.ts';
import { ofKind, only, readLines, readText } from './reading.ts';

function optional<T>(values: { [K in keyof T]: fc.Arbitrary<T[K]> }) {
  return fc.record(values, { requiredKeys: [] });
}

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const usec = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const pid = fc.nat({ max: 4_194_304 });
const uid = fc.nat({ max: 4_294_967_294 });
const unit = fc.stringMatching(/^[A-Za-z0-9:_.\\@-]{1,30}\.service$/);
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
// Redaction has its own tests: here a command holds nothing that could be a secret.
const command = fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8}){0,3}$/);

const process: fc.Arbitrary<Process> = fc
  .tuple(
    fc.record({ name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 15 }).filter((name) => name !== '<unknown>') }),
    optional({
      pid,
      command,
      startedAtUsec: usec,
      unit,
      user: word,
      uid,
      loginUid: uid,
      session: word,
      tty: text,
      traceparent: text,
    }),
  )
  .map(([required, rest]) => ({ ...required, ...rest }));

const ancestry = fc.array(process, { minLength: 1, maxLength: 6 });
const sent = ancestry.map((processes) => ({ sender: processes.at(-1) ?? { name: 'x' }, ancestry: processes }));
const frames = fc.array(
  fc.record({
    function: fc.constantFrom('service_enter_stop', 'service_stop', 'unit_stop', 'manager_dispatch_run_queue'),
    offset: fc.integer({ min: 0, max: 0xff }),
    size: fc.constant(0x100),
    module: fc.constant('/usr/lib/systemd/systemd'),
    reliable: fc.constant(true),
  }),
  { maxLength: 8 },
);
const stack = frames.map((rest) => [
  { function: 'service_enter_stop', offset: 0, size: 0x100, module: '/usr/lib/systemd/systemd', reliable: true },
  ...rest,
  { module: '/lib/libc.so.6', offset: 0x22545, reliable: false },
]);

const callPath = fc
  .tuple(
    fc.record({
      atUsec: usec,
      frames: fc.oneof(stack, fc.constant([])),
      function: fc.constantFrom('unit_notify', 'service_enter_signal'),
    }),
    optional({
      unit,
      result: word,
      oldState: word,
      newState: word,
      mainPid: pid,
      controlPid: pid,
      invocationId: fc.stringMatching(/^[0-9a-f]{32}$/),
    }),
  )
  .map(([required, rest]) => ({ kind: 'call-path' as const, ...required, ...rest }));

const request = fc
  .tuple(
    fc.record({ atUsec: usec, action: fc.constantFrom(...requestActions) }),
    optional({ unit, mode: word, method: fc.constant('StopUnit'), jobId: fc.integer({ min: 1, max: 0xffff_ffff }) }),
    fc.oneof(
      sent,
      fc.record({ busName: fc.nat().map((id) => `:1.${id}`), serial: fc.integer({ min: 1, max: 0xffff_ffff }) }),
      fc.constant({}),
    ),
  )
  .map(([required, rest, who]) => ({ kind: 'request' as const, ...required, ...rest, ...who }));

const signal = fc
  .tuple(
    fc.record({ atUsec: usec, signal: fc.integer({ min: 1, max: 64 }), target: process }),
    optional({ fromKernel: fc.boolean() }),
    sent,
  )
  .map(([required, rest, who]) => ({
    kind: 'signal' as const,
    ...required,
    ...rest,
    ...who,
    ...(required.target.unit === undefined ? {} : { unit: required.target.unit }),
  }));

const oom = fc.record({ atUsec: usec, target: process }).map(({ target, ...rest }) => ({
  kind: 'oom-victim' as const,
  ...rest,
  target,
  ...(target.unit === undefined ? {} : { unit: target.unit }),
}));

const cgroup = fc.string({ unit: 'grapheme', maxLength: 20 }).map((name) => `/${name.replaceAll('.', '')}`);
const unitCgroup = unit
  .filter((name) => !name.startsWith('_'))
  .map((name) => ({ unit: name, path: `/system.slice/${name}/sub` }));
const move = fc
  .tuple(fc.record({ atUsec: usec, to: cgroup, task: process }), sent, fc.option(unitCgroup, { nil: undefined }))
  .map(([required, who, from]) => ({
    kind: 'cgroup-move' as const,
    ...required,
    ...who,
    ...(from === undefined ? {} : { from: from.path, unit: from.unit }),
  }));
const empty = fc
  .tuple(
    fc.record({ atUsec: usec }),
    unitCgroup,
    ancestry,
    optional({ how: fc.constantFrom('exit' as const, 'migration' as const) }),
  )
  .map(([required, where, processes, rest]) => ({
    kind: 'cgroup-empty' as const,
    ...required,
    ...rest,
    cgroup: where.path,
    unit: where.unit,
    by: processes.at(-1) ?? { name: 'x' },
    ancestry: processes,
  }));

const content: fc.Arbitrary<RecordContent> = fc.oneof(callPath, request, signal, oom, move, empty);

function contentOf(observation: Observation): unknown {
  if (observation.kind === 'discarded') return observation;
  const { source: _, origin: __, raw: ___, ...rest } = observation;
  return rest;
}

const junkLine = fc.oneof(
  fc.string({ unit: 'binary' }).map((line) => line.replaceAll('\n', '')),
  fc.constantFrom(
    '',
    '--',
    ' ',
    ' process pid=1',
    ' 0x5 : main+0x1/0x2 [/x]',
    'end',
    'begin',
    'the meta_id="a.service"',
    'WARNING: x',
    'Pass 1: y',
  ),
);
const anyLine = fc.oneof(
  junkLine,
  fc.constantFrom(
    'systemd-stop-exporter records version=1',
    'systemd-stop-exporter records version=2',
    'begin 1 stop t=1',
    'begin 2 signal t=1 signal=9',
    'begin 3 novelty',
    'end 1 stop lines=1',
    'end 2 signal lines=2',
    ' target pid=2',
    'the main_pid=0, control_pid=0',
    'Tue Sep 22 09:15:28 2020: systemd (1), 1, 0',
    '1795434186669170 start_generic unit=a.service job_type=2 sender=- ucred_pid=199',
    '  systemctl(199)  systemd(1)',
    'unit_notify 0 -> 5',
  ),
);

function expectBounded(observed: readonly Observation[]): void {
  for (const observation of observed) {
    if (observation.kind === 'discarded') expect(observation.text.length).toBeLessThanOrEqual(120);
    else expect(observation.raw.length).toBeLessThanOrEqual(maxRawLength);
    if (observation.kind === 'call-path') expect(observation.frames.length).toBeLessThanOrEqual(128);
  }
}

describe('a record', () => {
  test('reads back as what was written', () => {
    fc.assert(
      fc.property(content, fc.nat({ max: 999_999 }), (written, sequence) => {
        expect(contentOf(only(readText(formatRecord(written, sequence))))).toEqual(written);
      }),
    );
  });

  test('survives any junk between it and the next', () => {
    const parts = fc.array(fc.tuple(fc.array(junkLine, { maxLength: 4 }), content), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(parts, (pieces) => {
        const lines = pieces.flatMap(([junk, written], index) => [
          ...junk,
          ...formatRecord(written, index).trimEnd().split('\n'),
        ]);
        const observed = readLines(['systemd-stop-exporter records version=1 probe=tracefs', ...lines]);
        expect(observed.filter(({ kind }) => kind !== 'discarded').map(contentOf)).toEqual(pieces.map(([, written]) => written));
      }),
    );
  });

  test('is never half of one where its text is cut anywhere', () => {
    fc.assert(
      fc.property(content, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (written, where) => {
        const whole = formatRecord(written, 1).trimEnd();
        const cut = whole.slice(0, Math.floor(whole.length * where));
        const observed = readText(`systemd-stop-exporter records version=1\n${cut}\n${formatRecord(written, 2)}`);
        expect(observed.filter(({ kind }) => kind !== 'discarded').map(contentOf)).toEqual([written]);
      }),
    );
  });

  test('has room for 64 processes and 128 frames, without their arguments where these are too long', () => {
    const sender = { pid: 5, name: 'x', command: 'é'.repeat(1024) };
    const many = { kind: 'request', atUsec: 1, action: 'stop', sender, ancestry: Array<Process>(100).fill(sender) } as const;
    const request = only(ofKind(readText(formatRecord(many, 1)), 'request'));
    expect(request.ancestry).toHaveLength(64);
    expect(request.sender?.command).toBe(sender.command);
    expect(request.ancestry?.[0]?.command).toBeUndefined();
    const frame = { function: 'service_stop', offset: 1, size: 2, module: '/usr/lib/systemd/systemd', reliable: true };
    const deep = { kind: 'call-path', atUsec: 1, frames: Array<typeof frame>(500).fill(frame) } as const;
    expect(only(ofKind(readText(formatRecord(deep, 1)), 'call-path')).frames).toHaveLength(128);
  });
});

describe('the stap parser', () => {
  test('takes any lines, never throws and keeps within bounds', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 60 }), (lines) => expectBounded(readLines(lines))),
      { numRuns: 300 },
    );
  });

  test.each([
    `1 signal sig=9 from=${'a(1'.repeat(20_000)}`,
    `  ${'a(1)  '.repeat(10_000)}x`,
    `  ${'a('.repeat(30_000)}`,
    ` 0x5 : ${'a+0x1'.repeat(12_000)}`,
    ` 0x5 [${'] '.repeat(30_000)}`,
    `begin 1 stop a="${'\\"'.repeat(30_000)}`,
    `begin 1 stop ${'a=1 '.repeat(15_000)}`,
    `the meta_id="${'\\'.repeat(60_000)}`,
    `Tue Sep 22 09:15:28 2020: ${'a (1), 1, 0 -> '.repeat(4000)}x`,
    `${'\r'.repeat(60_000)}x`,
    `${' '.repeat(60_000)}x`,
    `1 service_a unit=a${' '.repeat(60_000)}x`,
  ])('is quick about a line made to be slow (%#)', (line) => {
    // Longer ones are not looked at. A quadratic pattern would take longer than a test may.
    for (let times = 0; times < 10; times += 1) readLines([line, line]);
  });

  test.each([
    ['frames without end', ' 0x5 : bus_match_run+0x1/0x2 [/x/libsystemd-shared-252.so]', []],
    ['rows without end', ' process pid=5 comm=x', ['begin 1 stop t=1']],
    ['process trees without end', '  systemctl(199)', ['1795434186669170 signal sig=9 from=a(1) to=b(2)']],
    ['beginnings without end', `begin 1 stop unit=${'x'.repeat(60_000)}`, []],
    ['one long line after the other', ` ${'x'.repeat(60_000)}`, ['begin 1 stop t=1']],
  ])('keeps within bounds on %s', (_, line, before) => {
    const observed = readLines([...before, ...Array<string>(2000).fill(line)]);
    expectBounded(observed);
    expect(observed.length).toBeLessThanOrEqual(2002);
  });
});
