import { describe, expect, test } from 'vitest';
import { durationText, utcText, zonelessText } from '../../src/http/time-text.ts';

describe('utcText', () => {
  test('shows all six digits of a microsecond time', () => {
    expect(utcText(1_600_766_128_000_007)).toBe('2020-09-22 09:15:28.000007 UTC');
    expect(zonelessText(1_600_766_128_000_007)).toBe('2020-09-22 09:15:28.000007');
  });
});

describe('durationText', () => {
  test.each([
    [-5, '0 µs'],
    [0, '0 µs'],
    [999, '999 µs'],
    [1_000, '1 ms'],
    [12_340, '12.34 ms'],
    [999_999, '999.9 ms'],
    [1_500_000, '1.5 s'],
    [59_999_999, '59.99 s'],
    [60_000_000, '1 min 00 s'],
    [123_000_000, '2 min 03 s'],
    [11_100_000_000, '3 h 05 min'],
    [198_000_000_000, '2 d 07 h'],
  ])('shows %i µs as %s', (usec, text) => {
    expect(durationText(usec)).toBe(text);
  });
});
