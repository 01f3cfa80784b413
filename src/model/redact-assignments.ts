import { isSecretName } from './redact-names.ts';

export interface Assigned {
  readonly text: string;
  /** The last secret goes on in the next word. */
  readonly isOpen: boolean;
}

interface Marks {
  readonly secret: string;
  /** Stands for what was cut off; nothing to hide. */
  readonly cut: string;
}

/** Hides the values in `name=value`, `name:value`, `"name":"value"`, anywhere in a word; `quote` is what an earlier word opened. */
export function redactAssignments(word: string, quote: string | undefined, marks: Marks): Assigned {
  if (!/[=:]/.test(word)) return { text: word, isOpen: false };
  const names = /(?<![\w.-])(?<name>[\w.-]+)["']?[=:](?<quote>["']?)/g;
  let text = '';
  let from = 0;
  for (let match = names.exec(word); match !== null; match = names.exec(word)) {
    const value = secretValue(word, match, quote);
    if (value === undefined) continue;
    text += `${word.slice(from, value.start)}${hidden(word.slice(value.start, value.end), marks, value.isOpen)}`;
    if (value.isOpen) return { text, isOpen: true };
    from = value.end;
    names.lastIndex = value.end;
  }
  return { text: text + word.slice(from), isOpen: false };
}

interface Value {
  readonly start: number;
  readonly end: number;
  /** Its quotation does not end in this word. */
  readonly isOpen: boolean;
}

function secretValue(word: string, match: RegExpExecArray, quote: string | undefined): Value | undefined {
  const { name = '', quote: own = '' } = match.groups ?? {};
  const start = match.index + match[0].length;
  if (!isSecretName(name)) return undefined;
  if (own !== '') {
    const end = word.indexOf(own, start);
    return { start, end: end === -1 ? word.length : end, isOpen: end === -1 };
  }
  if (start === word.length) return undefined;
  return { start, end: bareValueEnd(word, start, match.index === 0 ? (quote ?? '') : quotesAndLists), isOpen: false };
}

const quotesAndLists = '"\'`&;,)}]';

/** A word that begins with the name is a secret to its end; elsewhere the value ends where a list, a query or a quotation does. */
function bareValueEnd(word: string, start: number, endings: string): number {
  let end = start;
  while (end < word.length && !endings.includes(word.charAt(end))) end++;
  return end;
}

function hidden(value: string, { secret, cut }: Marks, isOpen: boolean): string {
  return value === cut || (value === '' && !isOpen) ? value : secret;
}
