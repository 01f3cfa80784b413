import { describe, expect, test } from 'vitest';
import { createStapParser } from '../../../src/sources/stap/stap-parser.ts';
import { ofKind, only, readLines, readScenario } from './reading.ts';

const frames = (observed: ReturnType<typeof readLines>) => only(ofKind(observed, 'call-path')).frames;

describe('debug.stp of 2020, as recorded', () => {
  test('manual-stop is one call path with unit, pids, time and ten frames', () => {
    const callPath = only(readScenario('ovs-vswitchd-2020-manual-stop'));
    expect(callPath).toMatchObject({
      kind: 'call-path',
      source: 'stap',
      unit: 'ovs-vswitchd.service',
      function: 'service_enter_stop',
      mainPid: 0,
      controlPid: 0,
      atUsec: 1_600_766_128_000_000,
      origin: { file: 'stap.log', line: 1 },
    });
    expect(frames([callPath]).map((frame) => frame.function)).toEqual([
      'service_enter_stop',
      'service_stop',
      'job_perform_on_unit',
      'job_run_and_invalidate',
      'manager_dispatch_run_queue',
      'source_dispatch',
      'sd_event_dispatch',
      'manager_loop',
      'main',
      undefined,
    ]);
    expect(frames([callPath]).map((frame) => frame.reliable)).toEqual([...Array<boolean>(9).fill(true), false]);
    expect(frames([callPath]).at(-1)).toEqual({ module: '/usr/lib64/libc-2.17.so', offset: 0x22545, reliable: false });
  });

  test('main-killed is one call path of a main process that ended', () => {
    const callPath = only(readScenario('ovs-vswitchd-2020-main-killed'));
    expect(callPath).toMatchObject({ unit: 'ovs-vswitchd.service', atUsec: 1_600_766_278_000_000 });
    expect(frames([callPath])[1]).toEqual({
      function: 'service_sigchld_event',
      offset: 0xf7,
      size: 0xd20,
      module: '/usr/lib/systemd/systemd',
      reliable: true,
    });
    expect(frames([callPath])).toHaveLength(10);
  });

  test('cgroup-empty is one call path without unit and time, all its names reliable', () => {
    const callPath = only(readScenario('ovs-vswitchd-2020-cgroup-empty'));
    expect(callPath).toMatchObject({ kind: 'call-path', function: 'service_enter_stop' });
    expect(callPath).not.toHaveProperty('unit');
    expect(callPath).not.toHaveProperty('atUsec');
    expect(frames([callPath]).map((frame) => [frame.function, frame.reliable])).toEqual(
      [
        'service_enter_stop',
        'manager_notify_cgroup_empty',
        'manager_dispatch_cgroups_agent_fd',
        'source_dispatch',
        'sd_event_dispatch',
        'manager_loop',
        'main',
        '__libc_start_main',
        '_start',
      ].map((name) => [name, true]),
    );
  });
});

const stack = [
  ' 0x5 : service_enter_stop+0x0/0x170 [/usr/lib/systemd/systemd]',
  ' 0x6 : service_stop+0x46/0xd0 [/usr/lib/systemd/systemd]',
];
const pids = 'the main_pid=12, control_pid=0';
const tree = 'Tue Sep 22 09:15:28 2020: systemd (1), 1, 0';

describe('debug.stp of 2020', () => {
  test('prints one line for a unit it does not follow', () => {
    const observed = readLines([
      'the meta_id="a.service"',
      'the meta_id="b.service"',
      pids,
      ...stack,
      tree,
      'the meta_id=c.service',
    ]);
    expect(ofKind(observed, 'call-path').map((path) => [path.unit, path.function, path.frames.length, path.mainPid])).toEqual([
      ['a.service', 'service_enter_stop', 0, undefined],
      ['b.service', 'service_enter_stop', 2, 12],
      ['c.service', 'service_enter_stop', 0, undefined],
    ]);
    expect(observed).toHaveLength(3);
  });

  test('has the time of its last line, or else of reading', () => {
    const observed = readLines(['the meta_id="a.service"', 'the meta_id="b.service"', pids, ...stack, tree], undefined, 77);
    expect(ofKind(observed, 'call-path').map((path) => path.atUsec)).toEqual([77, 1_600_766_128_000_000]);
  });

  test('prints several processes in the last line where the task is not PID 1', () => {
    const chain = 'Wed Sep  2 09:15:28 2020: bash -> x (7), 7, 0 -> Wed Sep  2 09:15:28 2020: systemd (1), 1, 0';
    const observed = readLines(['the meta_id="b.service"', pids, ...stack, chain, 'the meta_id="c.service"']);
    expect(ofKind(observed, 'call-path').map((path) => path.atUsec)).toEqual([1_599_038_128_000_000, undefined]);
  });

  test('quotes unit names as systemtap does', () => {
    const observed = readLines([String.raw`the meta_id="dev-a\\x2db.swap"`, 'the meta_id=<unknown>', 'the meta_id="cut.ser"...']);
    expect(ofKind(observed, 'call-path').map((path) => path.unit)).toEqual([String.raw`dev-a\x2db.swap`, undefined]);
    expect(only(ofKind(observed, 'discarded'))).toMatchObject({ reason: 'unreadable', text: 'the meta_id="cut.ser"...' });
  });

  test('is a new record at each probed function, header, blank line and after each time', () => {
    expect(readLines([...stack, ...stack])).toHaveLength(2);
    expect(readLines([...stack, '', ' 0x6 : service_stop+0x46/0xd0', '--', ' 0x6 : service_stop+0x46/0xd0'])).toHaveLength(3);
    expect(readLines([...stack, tree, ' 0x6 : service_stop+0x46/0xd0'])).toHaveLength(2);
    const cut = readLines(['the meta_id="a.service"', pids, ...stack.slice(0, 1), 'the meta_id="b.service"', pids, ...stack]);
    expect(ofKind(cut, 'call-path').map((path) => [path.unit, path.frames.length])).toEqual([
      ['a.service', 1],
      ['b.service', 2],
    ]);
  });

  test('keeps a record with junk in it', () => {
    const observed = readLines([
      'the meta_id="a.service"',
      'WARNING: too many',
      pids,
      stack[0] ?? '',
      'Pass 5: run',
      'junk',
      stack[1] ?? '',
      tree,
    ]);
    expect(only(ofKind(observed, 'call-path'))).toMatchObject({ unit: 'a.service', mainPid: 12, atUsec: 1_600_766_128_000_000 });
    expect(frames(observed)).toHaveLength(2);
    expect(ofKind(observed, 'discarded').map(({ reason, text, origin }) => [reason, text, origin?.line])).toEqual([
      ['unreadable', 'WARNING: too many', 2],
      ['unreadable', 'junk', 6],
    ]);
  });

  test('starts another record where the line of pids comes without its header', () => {
    const observed = readLines(['the meta_id="a.service"', pids, ...stack, pids, ...stack]);
    expect(ofKind(observed, 'call-path').map((path) => [path.unit, path.mainPid])).toEqual([
      ['a.service', 12],
      [undefined, 12],
    ]);
  });

  test('gives the innermost frame’s function where that is not the script’s own', () => {
    const signal = [' 0x5 : service_enter_signal.lto_priv.0+0x0/0x170 [/x/libsystemd-core-252.so]'];
    expect(only(ofKind(readLines(['the meta_id="a.service"', ...signal, tree]), 'call-path')).function).toBe(
      'service_enter_signal',
    );
    expect(only(ofKind(readLines([' 0x7f01']), 'call-path'))).not.toHaveProperty('function');
  });

  test('keeps no more than 128 frames and says so', () => {
    const observed = readLines(Array<string>(500).fill(' 0x6 : bus_match_run+0x46/0xd0 [/x/libsystemd-shared-252.so]'));
    expect(frames(observed)).toHaveLength(128);
    expect(only(ofKind(observed, 'discarded')).reason).toBe('out-of-bounds');
    expect(only(ofKind(observed, 'call-path')).raw.length).toBe(4096);
  });

  test('reads lines that end in a carriage return', () => {
    expect(
      only(readLines(['the meta_id="a.service"\r', `${pids}\r`, ...stack.map((line) => `${line}\r`), `${tree}\r`])),
    ).toMatchObject({
      unit: 'a.service',
      mainPid: 12,
      atUsec: 1_600_766_128_000_000,
    });
  });

  test('can go on after a quiet while', () => {
    const parser = createStapParser();
    expect(readLines(['the meta_id="a.service"'], parser)).toHaveLength(1);
    expect(readLines(['the meta_id="b.service"'], parser)).toHaveLength(1);
  });
});
