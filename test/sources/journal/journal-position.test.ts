import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cursorOfLine,
  formatPosition,
  isSameEntry,
  parsePosition,
  timeOfPosition,
} from '../../../src/sources/journal/journal-position.ts';

const cursor =
  's=632a6c4614464c5d9ede3b8f821091a9;i=21;b=51352cc5fb0b46e2b6a55e1d5d07741b;m=d5aa03cd;t=660f2741fb0bd;x=e1717095f9d7626e';

describe('parsePosition', () => {
  test.each([cursor, '@1795444306849981', '@0'])('reads back %s', (text) => {
    const position = parsePosition(text);
    expect(position && formatPosition(position)).toBe(text);
  });

  test.each(['', '@', '@-1', '@99999999999999999', 's=1', `${cursor};`, ` ${cursor}`, '--help', `${cursor}\n--help`])(
    'reads nothing from %j',
    (text) => {
      expect(parsePosition(text)).toBeUndefined();
    },
  );

  test('takes any text, and never one that journalctl takes for an option', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const position = parsePosition(text);
        expect(position === undefined || /^[@s]/.test(formatPosition(position))).toBe(true);
      }),
    );
  });
});

test('timeOfPosition is when journald got the entry', () => {
  expect(timeOfPosition({ kind: 'entry', cursor })).toBe(1_795_444_306_849_981);
  expect(timeOfPosition({ kind: 'time', atUsec: 5 })).toBe(5);
  expect(timeOfPosition({ kind: 'entry', cursor: cursor.replace(/t=\w+;/, '') })).toBeUndefined();
});

describe('cursorOfLine', () => {
  test.each([
    ['a line of systemd 252', `{"MESSAGE":"x","__CURSOR":"${cursor}","_PID":"1"}`],
    ['a line of systemd 219', `{ "__CURSOR" : "${cursor}", "_PID" : "1" }`],
  ])('finds it in %s', (_, line) => {
    expect(cursorOfLine(line)).toBe(cursor);
  });

  test('is not fooled by a message that looks like one', () => {
    const forged = cursor.replace('i=21', 'i=99');
    expect(cursorOfLine(JSON.stringify({ MESSAGE: `"__CURSOR":"${forged}"`, __CURSOR: cursor }))).toBe(cursor);
    expect(cursorOfLine(JSON.stringify({ MESSAGE: `"__CURSOR":"${forged}"` }))).toBeUndefined();
  });
});

describe('isSameEntry', () => {
  test('knows an entry again that was copied to another file', () => {
    expect(isSameEntry(cursor, cursor.replace(/^s=\w+;i=21/, `s=${'0'.repeat(32)};i=3`))).toBe(true);
  });

  test.each(['b=51', 'm=d5', 't=66', 'x=e1'])('tells entries apart by %s', (start) => {
    expect(isSameEntry(cursor, cursor.replace(start, `${start.slice(0, -1)}f`))).toBe(false);
  });
});
