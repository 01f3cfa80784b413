import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatKeyValue, parseKeyValues, printedText, withoutSecrets } from '../../../src/sources/stap/key-values.ts';

function values(text: string) {
  return parseKeyValues(text)?.map(({ key, value }) => [key, value]);
}

describe('parseKeyValues()', () => {
  test('reads bare, quoted, empty and cut values', () => {
    expect(values('a=1 b="x y"  c= d="long"... e=x=y')).toEqual([
      ['a', '1'],
      ['b', 'x y'],
      ['c', ''],
      ['d', 'long…'],
      ['e', 'x=y'],
    ]);
    expect(values('')).toEqual([]);
  });

  test.each(['a', 'a="x', 'a="x"y', 'a=1 a=2', 'A=1', 'a=é', 'a=x"y"', 'a="\\q"', ' a=1'])('refuses %j', (text) => {
    expect(parseKeyValues(text)).toBeUndefined();
  });

  test('reads back any value', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }), (texts) => {
        const line = texts.map((text, index) => formatKeyValue(`k${index}`, text)).join(' ');
        expect(values(line)).toEqual(texts.map((text, index) => [`k${index}`, text]));
      }),
    );
  });

  test('answers on any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseKeyValues(text)));
  });
});

describe('withoutSecrets()', () => {
  test('keeps the text but for the secrets of a command, also where a name looks like one', () => {
    const pairs = parseKeyValues('comm="command=" command="mysql --password=hunter2" pid=5') ?? [];
    const text = printedText(withoutSecrets(pairs));
    expect(text).toMatch(/^comm="command=" command=".*" pid=5$/);
    expect(text).not.toContain('hunter2');
  });
});
