import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { visibleLines, visibleText } from '../../src/http/visible-text.ts';

const treacherous = fc.constantFrom(
  '\0',
  '\x1b',
  '\n',
  '\t',
  '\x7f',
  '\x85',
  '\u200b',
  '\u202e',
  '\u2066',
  '\ufeff',
  '\ud800',
  '\u2028',
  '\u{e0041}',
);
const anyText = fc.array(fc.oneof(treacherous, fc.string({ unit: 'binary' })), { maxLength: 20 }).map((parts) => parts.join(''));

describe('visibleText', () => {
  test('leaves ordinary text of any language alone', () => {
    expect(visibleText('getty@tty1.service – größe 日本語 שלום')).toBe('getty@tty1.service – größe 日本語 שלום');
  });

  test('names what cannot be seen by its code point', () => {
    expect(visibleText('evil\u202egnp.exe\0\n')).toBe('evil⟨U+202E⟩gnp.exe⟨U+0000⟩⟨U+000A⟩');
  });

  test('leaves no control or format character and no half character in any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const visible = visibleText(text);
        expect(visible).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(visible.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('visibleLines', () => {
  test('keeps newlines and tabs, and shows a lone carriage return', () => {
    expect(visibleLines('a\tb\r\nc\rd\x1b')).toBe('a\tb\nc⟨U+000D⟩d⟨U+001B⟩');
  });

  test('leaves no other control character in any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(visibleLines(text).replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
