import { type Html, type HtmlChild, html } from '../html.ts';

/** A name and its value; without a value there is no row. */
export type Definition = readonly [name: string, value: HtmlChild];

export function definitionList(definitions: readonly Definition[]): Html {
  const known = definitions.filter(([, value]) => value !== undefined);
  return html`<dl>${known.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>
`,
  )}</dl>`;
}
