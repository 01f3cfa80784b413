import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fingerprintBytes,
  fingerprintOf,
  formatPosition,
  parsePosition,
  positionFits,
  type TailPosition,
} from '../../../src/sources/files/tail-position.ts';

const head = Buffer.alloc(fingerprintBytes, 'header ');

function position(replace: Partial<TailPosition> = {}): TailPosition {
  return { device: '2049', inode: '131', offset: 1000, lines: 12, fingerprint: fingerprintOf(head), ...replace };
}

describe('parsePosition', () => {
  test('reads what formatPosition writes', () => {
    const inode = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
    fc.assert(
      fc.property(inode, fc.nat(), fc.nat(), fc.uint8Array({ maxLength: fingerprintBytes }), (number, offset, lines, bytes) => {
        const written = position({ inode: number, offset, lines, fingerprint: fingerprintOf(bytes) });
        expect(parsePosition(formatPosition(written))).toEqual(written);
      }),
    );
  });

  test('is undefined for anything else', () => {
    for (const text of ['', '1', `2${formatPosition(position()).slice(1)}`, `${formatPosition(position())} `, '1 a b c d e f']) {
      expect(parsePosition(text)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => parsePosition(text) === undefined));
  });
});

describe('positionFits', () => {
  const file = { device: '2049', inode: '131', size: 1000, head };

  test('takes the same file that is as long as it was, or longer', () => {
    expect(positionFits(position(), file)).toBe(true);
    expect(positionFits(position(), { ...file, size: 999 })).toBe(false);
  });

  test('takes a copy, or another device number after a reboot, where the whole fingerprint is the same', () => {
    expect(positionFits(position(), { ...file, device: '7', inode: '8' })).toBe(true);
  });

  test('refuses a reused inode with another beginning', () => {
    const other = Buffer.from(head);
    other[200] = 0;
    expect(positionFits(position(), { ...file, head: other })).toBe(false);
  });

  test('takes a short fingerprint only for the same inode, and only of the bytes it covers', () => {
    const short = position({ offset: 7, fingerprint: fingerprintOf(head.subarray(0, 7)) });
    expect(positionFits(short, file)).toBe(true);
    expect(positionFits(short, { ...file, inode: '132' })).toBe(false);
    expect(positionFits(short, { ...file, size: 7, head: head.subarray(0, 6) })).toBe(false);
  });
});
