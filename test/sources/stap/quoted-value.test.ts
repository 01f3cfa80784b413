import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quote, unquote } from '../../../src/sources/stap/quoted-value.ts';

describe('quote()', () => {
  test('writes printable ASCII and nothing else', () => {
    expect(quote('a "b" \\ \n\té\u0001')).toBe(String.raw`"a \"b\" \\ \n\t\303\251\001"`);
  });

  test('is undone by unquote()', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const quoted = quote(value);
        expect(quoted).toMatch(/^"[ -~]*"$/);
        expect(unquote(quoted.slice(1, -1))).toBe(value);
      }),
    );
  });
});

describe('unquote()', () => {
  test('reads what systemtap writes beyond ASCII', () => {
    expect(unquote(String.raw`\u00E9 \U0001F600 \x41 \101`)).toBe('é 😀 A A');
  });

  test('shows bytes that are no UTF-8 as such', () => {
    expect(unquote(String.raw`a\377b`)).toBe('a\ufffdb');
  });

  test.each([String.raw`\q`, String.raw`\8`, String.raw`\x4`, String.raw`\u00e`, String.raw`\UFFFFFFFF`, '\\'])(
    'refuses %s',
    (body) => {
      expect(unquote(body)).toBeUndefined();
    },
  );

  test('answers on any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void unquote(text)));
  });
});
