import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseArguments, parseTraceLine } from '../../src/probe/trace-line.ts';

describe('parseTraceLine()', () => {
  test('reads an event as Linux 6.18 prints it', () => {
    const line =
      '         systemd-9911    [000] DBZff  4308.478158: queue_job: (0x7fc9c385e1d0) unit="sleepy.service" type=2 mode=1 flags=0 sender=(fault) peer=104';
    expect(parseTraceLine(line)).toEqual({
      pid: 9911,
      comm: 'systemd',
      clockUsec: 4_308_478_158,
      event: 'queue_job',
      body: '(0x7fc9c385e1d0) unit="sleepy.service" type=2 mode=1 flags=0 sender=(fault) peer=104',
    });
  });

  test.each([
    ['a name that was never heard', '           <...>-13281   [001] d..1.  4313.064662: e: b', '<...>', 13281],
    ['a name with a dash', '     kworker/0:1-ev-77   [001] .....  1.000001: e: b', 'kworker/0:1-ev', 77],
    ['spaces in a name', '     my own name-77      [001] .....  1.000001: e: b', 'my own name', 77],
    ['a column of thread groups', '            bash-1977    (   1977) [000] .....  1.000001: e: b', 'bash', 1977],
    ['no flags', '            bash-1977    [000]  1.000001: e: b', 'bash', 1977],
    ['the four flags of older kernels', '            bash-1977    [000] d..1  1.000001: e: b', 'bash', 1977],
    ['128 processors', '            bash-1977    [0127] d..1  1.000001: e: b', 'bash', 1977],
  ])('reads %s', (_, line, comm, pid) => {
    expect(parseTraceLine(line)).toMatchObject({ comm, pid, event: 'e', body: 'b' });
  });

  test('reads a system call, which is printed like a call', () => {
    const line =
      '       systemctl-31142   [000] .....  2599.444921: sys_connect(fd: 3, uservaddr: 0x563263a1e200, addrlen: 0x17)';
    expect(parseTraceLine(line)).toMatchObject({
      pid: 31_142,
      event: 'sys_connect',
      body: '(fd: 3, uservaddr: 0x563263a1e200, addrlen: 0x17)',
    });
  });

  test.each([
    ['news of lost events', 'CPU:1 [LOST 123 EVENTS]'],
    ['a heading', '# tracer: nop'],
    ['nothing', ''],
    ['the rest of a name with a line feed in it', 'b pid=123 grp=1 res=0'],
    ['a line longer than any event', `            bash-1977    [000] .....  1.000001: e: ${'x'.repeat(20_000)}`],
  ])('takes %s for no event', (_, line) => {
    expect(parseTraceLine(line)).toBeUndefined();
  });

  test('a name that ends a line and begins another cannot forge an event: it is too short', () => {
    const event = '[000] .....  1.000001: signal_generate: sig=9 errno=0 code=0 comm=sleep pid=5 grp=1 res=0';
    fc.assert(
      fc.property(fc.string({ minLength: 0, maxLength: 14 }), (name) => {
        const lines = `            ${`\n${name}`}-1977    ${event}`.split('\n');
        const pids = lines.map((line) => parseTraceLine(line)?.pid).filter((pid) => pid !== undefined);
        expect(pids.every((pid) => pid === 1977)).toBe(true);
      }),
    );
  });
});

describe('parseArguments()', () => {
  test('reads numbers and texts, and leaves out what the kernel could not read', () => {
    const body = '(0x7f) u=0x55d0 unit="sleepy.service" type=2 sender=(fault) peer=-1 empty=""';
    expect(Object.fromEntries(parseArguments(body))).toEqual({
      u: '0x55d0',
      unit: 'sleepy.service',
      type: '2',
      peer: '-1',
      empty: '',
    });
  });
});
