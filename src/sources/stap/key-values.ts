import { redactCommand } from '../../model/redact.ts';
import { quote, unquote } from './quoted-value.ts';

/** One `key=value` of a record's line. */
interface KeyValue {
  readonly key: string;
  readonly value: string;
  /** As it was printed. */
  readonly text: string;
}

const pairPattern = /(?<key>[a-z][a-z0-9_]*)=(?:"(?<quoted>(?:[^"\\]|\\.)*)"(?<cut>\.\.\.)?|(?<bare>[!#-[\]-~]*))(?: +|$)/y;

/**
 * Reads `key=value key="quoted value" …`; undefined where the text is anything else or names a key twice.
 * A quoted value that systemtap cut short (`"…"...`) ends in an ellipsis, so that it passes for no name.
 */
export function parseKeyValues(text: string): readonly KeyValue[] | undefined {
  const pairs: KeyValue[] = [];
  const keys = new Set<string>();
  pairPattern.lastIndex = 0;
  while (pairPattern.lastIndex < text.length) {
    const match = pairPattern.exec(text);
    const pair = match === null ? undefined : keyValue(match[0], match.groups ?? {});
    if (pair === undefined || keys.has(pair.key)) return undefined;
    keys.add(pair.key);
    pairs.push(pair);
  }
  return pairs;
}

function keyValue(text: string, groups: Readonly<Record<string, string | undefined>>): KeyValue | undefined {
  const { key = '', quoted, cut, bare } = groups;
  const value = quoted === undefined ? bare : unquote(quoted);
  if (value === undefined) return undefined;
  return { key, value: cut === undefined ? value : `${value}…`, text: text.trimEnd() };
}

/** The pairs as they were printed, but for the secrets in a command. */
export function redactedText(pairs: readonly KeyValue[]): string {
  return pairs.map((pair) => (pair.key === 'command' ? `command=${quote(redactCommand(pair.value))}` : pair.text)).join(' ');
}

/** A value as a record's line holds it: bare where it can be. */
export function formatKeyValue(key: string, value: string | number): string {
  const text = String(value);
  return /^[A-Za-z0-9_.:@/,+-]+$/.test(text) ? `${key}=${text}` : `${key}=${quote(text)}`;
}
