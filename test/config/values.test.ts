import { describe, expect, test } from 'vitest';
import { closest } from '../../src/config/closest.ts';
import type { Parsed } from '../../src/config/flag.ts';
import { parseDuration, parseListenAddress, parsePattern, parseSize, parseUnit, parseUrlPath } from '../../src/config/values.ts';

function value<T>(parsed: Parsed<T>): T | undefined {
  return 'value' in parsed ? parsed.value : undefined;
}

describe('parseListenAddress', () => {
  test.each([
    [':19558', { port: 19_558 }],
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['localhost:80', { host: 'localhost', port: 80 }],
    ['[::]:80', { host: '::', port: 80 }],
    ['[fe80::1%eth0]:80', { host: 'fe80::1%eth0', port: 80 }],
    ['unix:/run/stops.sock', { path: '/run/stops.sock' }],
  ])('reads %s', (text, address) => expect(value(parseListenAddress(text))).toEqual(address));

  test.each([
    '',
    ':',
    '80',
    ':65536',
    '::1:80',
    'http://x:80',
    'x:80/',
    '[]:80',
    ':8o',
    ' :80',
    'unix:',
    'unix:stops.sock',
    `unix:/${'x'.repeat(107)}`,
  ])('refuses %j', (text) => {
    expect(parseListenAddress(text)).toHaveProperty('mistake');
  });
});

describe('parseDuration', () => {
  test.each([
    ['300ms', 300],
    ['1s', 1000],
    ['1m', 60_000],
    ['1h30m', 5_400_000],
    ['30d', 2_592_000_000],
    ['1w', 604_800_000],
    ['1y', 31_536_000_000],
  ])('reads %s', (text, milliseconds) => expect(value(parseDuration(text))).toBe(milliseconds));

  test.each(['', '0s', '5', 's', '-1s', '1.5h', '1 h', '1h ', '1M', '999999999y'])('refuses %j', (text) => {
    expect(parseDuration(text)).toHaveProperty('mistake');
  });
});

describe('parseSize', () => {
  test.each([
    ['1B', 1],
    ['64KB', 65_536],
    ['512MB', 536_870_912],
    ['1TB', 1024 ** 4],
  ])('reads %s', (text, bytes) => expect(value(parseSize(text))).toBe(bytes));

  test.each(['', '0MB', '512', '1.5GB', '1mb', '1PB', '999999999TB'])('refuses %j', (text) => {
    expect(parseSize(text)).toHaveProperty('mistake');
  });
});

describe('parsePattern', () => {
  test('matches the whole name, each alternative too', () => {
    const pattern = value(parsePattern('ssh|nginx'));
    expect(['ssh', 'nginx', 'sshd', 'xnginx'].map((name) => pattern?.test(name))).toEqual([true, true, false, false]);
  });
});

describe('parseUrlPath', () => {
  test.each(['/metrics', '/a/b-c.d', '/incidentsx'])('takes %s', (path) => expect(value(parseUrlPath(path))).toBe(path));
  test.each(['', 'metrics', '/', '/-/ready', '/incidents', '/incidents/x', '/a b', '/a?b', '/:id', '/*'])(
    'refuses %j',
    (path) => {
      expect(parseUrlPath(path)).toHaveProperty('mistake');
    },
  );
});

describe('parseUnit', () => {
  test('appends .service as systemctl does', () => {
    expect(value(parseUnit('nginx'))).toBe('nginx.service');
    expect(value(parseUnit('dbus.socket'))).toBe('dbus.socket');
    expect(parseUnit('a b')).toHaveProperty('mistake');
  });
});

describe('closest', () => {
  const known = ['--unit.include', '--unit.exclude', '--web.listen-address', '--log.level'];
  test.each([
    ['--unit-include', '--unit.include'],
    ['--log.lvl', '--log.level'],
    ['listen-address', '--web.listen-address'],
    ['--nothing-like-it', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ])('finds what %.20s was meant to be', (text, meant) => expect(closest(text, known)).toBe(meant));
});
