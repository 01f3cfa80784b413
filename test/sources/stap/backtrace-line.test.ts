import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBacktraceLine } from '../../../src/sources/stap/backtrace-line.ts';

const plain = { isLocal: false, isInexact: false };
const systemd = '/usr/lib/systemd/systemd';

describe('parseBacktraceLine()', () => {
  test.each([
    [
      ` 0x5556363b11d0 : service_enter_stop+0x0/0x170 [${systemd}]`,
      { function: 'service_enter_stop', offset: 0, size: 0x170, module: systemd },
    ],
    [
      `0x556101d1caa7 : manager_notify_cgroup_empty+0x77/0x100 [${systemd}]`,
      { function: 'manager_notify_cgroup_empty', offset: 0x77, size: 0x100, module: systemd },
    ],
    [`\t 0x5 : main+0x1e7b/0x3e00 [${systemd}] \r`, { function: 'main', offset: 0x1e7b, size: 0x3e00, module: systemd }],
    [' 0x7f665bbdc545 [/usr/lib64/libc-2.17.so+0x22545/0x3c9000]', { offset: 0x22545, module: '/usr/lib64/libc-2.17.so' }],
    [' 0x7f665bbdc545 [/srv/a [b] c/lib.so+0x5/0x10]', { offset: 5, module: '/srv/a [b] c/lib.so' }],
    [' 0x7f665bbdc545 [/usr/lib64/libc-2.17.so]', { module: '/usr/lib64/libc-2.17.so' }],
    [' 0x7f665bbdc545', {}],
    [' 0x5 : service_stop', { function: 'service_stop' }],
    [' 0x5 : service_stop+0x46', { function: 'service_stop', offset: 0x46 }],
    [' 0x5 : service_stop+0x46/0xd0', { function: 'service_stop', offset: 0x46, size: 0xd0 }],
    [
      ' 0x5 : __libc_start_main@@GLIBC_2.34+0x80/0x140 [/l]',
      { function: '__libc_start_main', offset: 0x80, size: 0x140, module: '/l' },
    ],
    [' 0x5 : read@GLIBC_2.2.5+0x1/0x2 [/l]', { function: 'read', offset: 1, size: 2, module: '/l' }],
  ])('reads %j', (line, expected) => {
    expect(parseBacktraceLine(line)).toEqual({ ...plain, ...expected });
  });

  test.each([
    'service_enter_stop.lto_priv.0',
    'service_enter_stop.cold',
    'service_enter_stop.isra.0.cold',
    'service_enter_stop.part.0',
  ])('takes the compiler’s suffix off %s and knows the symbol for a local one', (symbol) => {
    expect(parseBacktraceLine(` 0x5 : ${symbol}+0x1/0x2 [/l]`)).toMatchObject({ function: 'service_enter_stop', isLocal: true });
  });

  test('knows an inexact frame', () => {
    expect(parseBacktraceLine(' 0x5 : main+0x1/0x2 [/l] (inexact)')).toMatchObject({
      function: 'main',
      module: '/l',
      isInexact: true,
    });
    expect(parseBacktraceLine(' 0x5 (inexact)')).toEqual({ isLocal: false, isInexact: true });
  });

  test.each([
    '',
    'Tue Sep 22 09:15:28 2020: systemd (1), 1, 0',
    '0x',
    ' 0xzz : main',
    ' 0x5 : main+0x1/0x2 [/l] and more',
    '5 : main',
  ])('does not take %j for a frame', (line) => {
    expect(parseBacktraceLine(line)).toBeUndefined();
  });

  test('leaves out an offset that no double holds', () => {
    expect(parseBacktraceLine(' 0x5 : main+0xffffffffffffffff [/l]')).toEqual({ ...plain, function: 'main', module: '/l' });
  });

  test('answers on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseBacktraceLine(text);
        parseBacktraceLine(` 0x5 : ${text}`);
        parseBacktraceLine(` 0x5 [${text}`);
      }),
    );
  });
});
