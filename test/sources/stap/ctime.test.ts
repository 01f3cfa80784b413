import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCtime } from '../../../src/sources/stap/ctime.ts';

describe('parseCtime()', () => {
  test('takes the time for UTC', () => {
    expect(parseCtime('Tue Sep 22 09:15:28 2020')).toBe(Date.parse('2020-09-22T09:15:28Z') * 1000);
  });

  test('reads a day of one digit', () => {
    expect(parseCtime('Wed Sep  2 09:15:28 2020')).toBe(Date.parse('2020-09-02T09:15:28Z') * 1000);
  });

  test.each([
    'Tue Sep 31 09:15:28 2020',
    'Tue Foo 22 09:15:28 2020',
    'Tue Sep 22 24:15:28 2020',
    'Tue Sep 22 09:15:28 1969',
    'Thu Jan  1 00:00:00 0070',
    'Tue Sep 2 09:15:28 2020',
    '<unknown>',
    '',
  ])('refuses %j', (text) => {
    expect(parseCtime(text)).toBeUndefined();
  });

  test('reads every second systemtap can print', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_799 }), (seconds) => {
        const [weekday, day = '', month, year, time] = new Date(seconds * 1000).toUTCString().replace(',', '').split(' ');
        expect(parseCtime(`${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`)).toBe(seconds * 1_000_000);
      }),
    );
  });
});
