import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDumpName } from '../../../src/sources/files/dump-name.ts';

describe('parseDumpName', () => {
  test.each([
    ['ovs-vswitchd.service.1600766128', 'ovs-vswitchd.service', 1_600_766_128_000_000],
    ['ovs-vswitchd.service.1600766128123', 'ovs-vswitchd.service', 1_600_766_128_123_000],
    ['ovs-vswitchd.service.1600766128123456', 'ovs-vswitchd.service', 1_600_766_128_123_456],
    ['ovs-vswitchd.service.1600766128123456789', 'ovs-vswitchd.service', 1_600_766_128_123_456],
    ['ovs-vswitchd.service.1600766128.123456789', 'ovs-vswitchd.service', 1_600_766_128_123_456],
    ['ovs-vswitchd.service.1600766128.2', 'ovs-vswitchd.service', 1_600_766_128_000_000],
    ['ovs-vswitchd.service.1600766128123456.4711', 'ovs-vswitchd.service', 1_600_766_128_123_456],
    ['ovs-vswitchd.1600766128', 'ovs-vswitchd.service', 1_600_766_128_000_000],
    ['getty@tty1.service.1600766128', 'getty@tty1.service', 1_600_766_128_000_000],
    ['dev-disk\\x2dby.v2.swap.1600766128', 'dev-disk\\x2dby.v2.swap', 1_600_766_128_000_000],
  ])('reads %s', (name, unit, atUsec) => {
    expect(parseDumpName(name)).toEqual({ unit, atUsec });
  });

  test.each([
    '1600766128',
    '.1600766128',
    'x.service',
    'x.service.',
    'x.service.160076612',
    'x.service.16007661281',
    'x.service.-1600766128',
    'x.service.1600766128.',
    'x.service.1600766128.1234567890x',
    'x service.1600766128',
    'x;.service.1600766128',
    'x\n.service.1600766128',
    `${'x'.repeat(250)}.service.1600766128`,
  ])('refuses %j', (name) => {
    expect(parseDumpName(name)).toBeUndefined();
  });

  test('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (name) => parseDumpName(name) === undefined));
  });
});
