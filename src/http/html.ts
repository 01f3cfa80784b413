import { visibleLines, visibleText } from './visible-text.ts';

/** Markup that is safe to send: only this file makes it. */
class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type Html = Markup;

/** What a template takes; `undefined` and `false` leave nothing. */
export type HtmlChild = Html | string | number | undefined | false | readonly HtmlChild[];

/**
 * Joins the author's markup with escaped values. Values may stand between tags and inside quoted
 * attributes, nowhere else.
 */
export function html(markup: TemplateStringsArray, ...children: readonly HtmlChild[]): Html {
  return new Markup(markup.reduce((text, part, index) => text + render(children[index - 1]) + part));
}

/** Text whose lines matter, for `<pre>`. */
export function preformatted(text: string): Html {
  return new Markup(escapeMarkup(visibleLines(text)));
}

function render(child: HtmlChild): string {
  if (child === undefined || child === false) return '';
  if (child instanceof Markup) return child.toString();
  if (typeof child === 'object') return child.map(render).join('');
  return escapeMarkup(visibleText(String(child)));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => entities[character] ?? '');
}
