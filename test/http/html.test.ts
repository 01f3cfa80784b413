import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { html, preformatted } from '../../src/http/html.ts';
import { visibleLines, visibleText } from '../../src/http/visible-text.ts';

const markup = fc.constantFrom('<', '>', '"', "'", '`', '&', '&lt;', '<script>', '</p>', '-->', ']]>', '\0', '\u202e');
const anyText = fc.array(fc.oneof(markup, fc.string({ unit: 'binary' })), { maxLength: 20 }).map((parts) => parts.join(''));

const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '`' };

function decode(escaped: string): string {
  return escaped.replace(/&([a-z]+|#\d+);/g, (_, name: string) => characters[name] ?? '?');
}

describe('html', () => {
  test('escapes values and keeps the markup of the author', () => {
    expect(html`<p title="${'"x"'}">${'<b>'} & ${1}</p>`.toString()).toBe('<p title="&quot;x&quot;">&lt;b&gt; & 1</p>');
  });

  test('nests markup and lists without escaping twice', () => {
    const items = ['a&b', 'c'].map((name) => html`<li>${name}</li>`);
    expect(html`<ul>${items}</ul>`.toString()).toBe('<ul><li>a&amp;b</li><li>c</li></ul>');
  });

  test('leaves nothing for undefined and false, but shows 0 and the empty text', () => {
    expect(html`[${undefined}${false}${0}${''}]`.toString()).toBe('[0]');
  });

  test('takes an object that only looks like markup for what it is', () => {
    const forged = { toString: () => '<script>' } as unknown as string;
    expect(() => html`${forged}`.toString()).toThrow(TypeError);
  });

  test('lets no markup out of any text, and loses none of it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const escaped = html`${text}`.toString();
        expect(escaped).not.toMatch(/[<>"'`]/);
        expect(decode(escaped)).toBe(visibleText(text));
      }),
    );
  });
});

describe('preformatted', () => {
  test('lets no markup out of any text, and keeps its lines', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const escaped = preformatted(text).toString();
        expect(escaped).not.toMatch(/[<>"'`]/);
        expect(decode(escaped)).toBe(visibleLines(text));
      }),
    );
  });
});
