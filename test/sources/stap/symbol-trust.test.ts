import { describe, expect, test } from 'vitest';
import { parseBacktraceLine } from '../../../src/sources/stap/backtrace-line.ts';
import { innermostFunction, judgeFrames } from '../../../src/sources/stap/symbol-trust.ts';

const core = '/usr/lib/x86_64-linux-gnu/systemd/libsystemd-core-262.so';
const shared = '/usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-262.so';
const binary = '/usr/lib/systemd/systemd';

function judge(...frames: readonly string[]) {
  return judgeFrames(frames.map((frame) => parseBacktraceLine(` 0x5 : ${frame}`) ?? { isLocal: false, isInexact: false }));
}

function reliability(...frames: readonly string[]): readonly boolean[] {
  return judge(...frames).map(({ reliable }) => reliable);
}

describe('judgeFrames()', () => {
  test('trusts a module of which a static function has its name', () => {
    expect(
      reliability(
        `service_enter_stop+0x0/0x1c0 [${core}]`,
        `service_stop+0x9c/0x110 [${core}]`,
        `job_run_and_invalidate+0x8e8/0xc90 [${core}]`,
        `manager_dispatch_run_queue+0x41/0x1f0 [${core}]`,
      ),
    ).toEqual([true, true, true, true]);
  });

  test.each([
    [`service_enter_stop+0x0/0x1c0 [${core}]`, `on_cgroup_empty_event+0x91/0x200 [${core}]`],
    [`unit_notify+0x0/0x800 [${core}]`, `service_set_state+0x11/0x200 [${core}]`],
    ['service_enter_stop [/lib/systemd/systemd]', 'main [/lib/systemd/systemd]'],
    ['service_enter_stop+0x0/0x1c0', 'main+0x1e7b/0x3e00'],
    [`service_stop+0x9c/0x110 [${binary} (deleted)]`, `manager_loop+0x9000/0xa000 [${binary} (deleted)]`],
    ['service_enter_stop+0x0/0x1c0 [/sbin/init]', 'unit_stop+0x9/0x110 [/sbin/init]'],
    [`something_new.lto_priv.0+0x0/0x1c0 [${core}]`, `unit_stop+0x9/0x110 [${core}]`],
  ])('trusts the short excerpt %j, %j', (...frames) => {
    expect(reliability(...frames)).toEqual([true, true]);
  });

  test('trusts no name where only exported functions have one: also a near one is a wrong neighbour’s', () => {
    expect(
      reliability(
        `unit_notify+0x0/0x2910 [${core}]`,
        `job_run_and_invalidate+0x70d/0x1130 [${core}]`,
        `manager_unwatch_pidref+0x91/0x1090 [${core}]`,
      ),
    ).toEqual([false, false, false]);
  });

  test.each([
    ['a frame that lies behind its function’s end', `unit_stop+0x1c1/0x1c0 [${core}]`],
    ['a frame further from its symbol than any function is long', `service_release_socket_fd+0x8ca9/0xc770 [${core}]`],
  ])('trusts no name where there is %s', (_, far) => {
    expect(reliability(`service_enter_stop+0x0/0x1c0 [${core}]`, far)).toEqual([false, false]);
  });

  test('does not believe in a static function as long as the gap between two exported ones', () => {
    expect(reliability(`service_stop+0x10/0xc770 [${core}]`)).toEqual([false]);
    expect(reliability(`main+0x10/0xc770 [${core}]`)).toEqual([true]);
  });

  test('judges each module by its own frames', () => {
    expect(
      reliability(
        `service_enter_stop+0x0/0x1c0 [${core}]`,
        `sd_event_dispatch+0x1a/0x1b0 [${shared}]`,
        `manager_loop+0x1/0x200 [${core}]`,
        `main+0x1/0x200 [${binary}]`,
      ),
    ).toEqual([true, false, true, true]);
    expect(reliability(`bus_match_run+0x1/0x200 [${shared}]`, `source_dispatch+0x1/0x200 [${shared}]`)).toEqual([true, true]);
  });

  test('does not question the names of other libraries', () => {
    expect(reliability('__libc_start_main+0xf5/0x1c0 [/usr/lib64/libc-2.17.so]')).toEqual([true]);
  });

  test('relies on no frame without a name and on no inexact one', () => {
    const frames = judge(`service_enter_stop+0x0/0x1c0 [${core}]`, `service_stop+0x9/0x110 [${core}] (inexact)`);
    expect(frames.map(({ reliable }) => reliable)).toEqual([true, false]);
    expect(judgeFrames([{ module: '/lib/libc.so', offset: 1, isLocal: false, isInexact: false }])).toEqual([
      { module: '/lib/libc.so', offset: 1, reliable: false },
    ]);
  });
});

describe('innermostFunction()', () => {
  test('is the first frame’s, where it is reliable or the function’s own address', () => {
    expect(innermostFunction(judge(`service_stop+0x9/0x110 [${core}]`))).toBe('service_stop');
    expect(innermostFunction(judge(`unit_notify+0x0/0x2910 [${core}]`))).toBe('unit_notify');
    expect(innermostFunction(judge(`unit_notify+0x5/0x2910 [${core}]`))).toBeUndefined();
    expect(innermostFunction([])).toBeUndefined();
  });
});
