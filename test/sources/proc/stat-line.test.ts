import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDead, isSameProgram, parseStat } from '../../../src/sources/proc/stat-line.ts';

const rest =
  'S 3265 11733 3265 34816 11733 4194304 0 0 0 0 1 2 3 4 20 0 1 0 987654 17000000 500 18446744073709551615 1 2 3 4 5 0 0 0 0 0 0 0 17 1 0 0 0 0 0 6 7 8 140729153743546 10 11 12 0';

describe('parseStat', () => {
  test('reads a line of a live process', () => {
    expect(parseStat(`11733 (systemctl) ${rest}\n`)).toEqual({
      pid: 11733,
      name: 'systemctl',
      state: 'S',
      parentPid: 3265,
      terminal: 34816,
      startTicks: 987_654,
      argumentsAt: '140729153743546',
    });
  });

  test('reads the line of the process that reads it', () => {
    const stat = parseStat(readFileSync('/proc/self/stat', 'utf8'));
    expect(stat).toMatchObject({ pid: process.pid, parentPid: process.ppid });
    expect(stat?.startTicks).toBeGreaterThan(0);
  });

  test.each(['a) b', '(sd-pam)', ') Z 1 1 (', 'new\nline', 'x) S 1 2 3', '', ' '])('gives the name %j as it is', (name) => {
    expect(parseStat(`7 (${name}) ${rest}`)).toMatchObject({ pid: 7, name, parentPid: 3265 });
  });

  test('gives any name as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(parseStat(`7 (${name}) ${rest}`)).toMatchObject({ pid: 7, name, startTicks: 987_654 });
      }),
    );
  });

  test.each([
    ['nothing', ''],
    ['half a line', '11733 (systemctl) S 3265 117'],
    ['no name', `11733 ${rest}`],
    ['no number for the pid', `x (systemctl) ${rest}`],
    ['a parent below 0', `7 (a) ${rest.replace('3265', '-1')}`],
  ])('reads nothing from %s', (_, text) => {
    expect(parseStat(text)).toBeUndefined();
  });

  test('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const stat = parseStat(Buffer.from(bytes).toString('utf8'));
        expect(stat === undefined || Number.isSafeInteger(stat.startTicks)).toBe(true);
      }),
    );
  });
});

describe('isSameProgram', () => {
  const stat = parseStat(`7 (sh) ${rest}`)!;

  test.each([
    ['the same reading', {}, true],
    ['another parent', { parentPid: 1 }, true],
    ['a later start', { startTicks: stat.startTicks + 1 }, false],
    ['another name', { name: 'systemctl' }, false],
    ['arguments in another place', { argumentsAt: '140729153740000' }, false],
  ])('of %s', (_, change, expected) => {
    expect(isSameProgram(stat, { ...stat, ...change })).toBe(expected);
  });
});

test('isDead tells a zombie from a sleeper', () => {
  const stat = parseStat(`7 (sh) ${rest}`)!;
  expect([isDead(stat), isDead({ ...stat, state: 'Z' }), isDead({ ...stat, state: 'X' })]).toEqual([false, true, true]);
});
