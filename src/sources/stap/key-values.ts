import { redactCommand } from '../../model/redact.ts';
import { quote, unquote } from './quoted-value.ts';

/** One `key=value` of a record's line. */
interface KeyValue {
  readonly key: string;
  readonly value: string;
  /** As it was printed. */
  readonly text: string;
}

/** Key, what is quoted, whether it was cut, what is bare. By number: an object of named groups was a fifth of reading a pair. */
const pairPattern = /([a-z][a-z0-9_]*)=(?:"((?:[^"\\]|\\.)*)"(\.\.\.)?|([!#-[\]-~]*))(?: +|$)/y;

/**
 * Reads `key=value key="quoted value" …`; undefined where the text is anything else or names a key twice.
 * A quoted value that systemtap cut short (`"…"...`) ends in an ellipsis, so that it passes for no name.
 */
export function parseKeyValues(text: string): readonly KeyValue[] | undefined {
  const pairs: KeyValue[] = [];
  pairPattern.lastIndex = 0;
  while (pairPattern.lastIndex < text.length) {
    const match = pairPattern.exec(text);
    const pair = match === null ? undefined : keyValue(match);
    if (pair === undefined || pairs.some(({ key }) => key === pair.key)) return undefined;
    pairs.push(pair);
  }
  return pairs;
}

function keyValue([text, key = '', quoted, cut, bare]: RegExpExecArray): KeyValue | undefined {
  const value = quoted === undefined ? bare : unquote(quoted);
  if (value === undefined) return undefined;
  return { key, value: cut === undefined ? value : `${value}…`, text: text.trimEnd() };
}

/** The pairs without the secrets in a command. */
export function withoutSecrets(pairs: readonly KeyValue[]): readonly KeyValue[] {
  return pairs.map((pair) => (pair.key === 'command' ? shownCommand(pair.value) : pair));
}

function shownCommand(command: string): KeyValue {
  const value = redactCommand(command);
  return { key: 'command', value, text: `command=${quote(value)}` };
}

/** The pairs as they were printed. */
export function printedText(pairs: readonly KeyValue[]): string {
  return pairs.map(({ text }) => text).join(' ');
}

/** A value as a record's line holds it: bare where it can be. */
export function formatKeyValue(key: string, value: string | number): string {
  const text = String(value);
  return /^[A-Za-z0-9_.:@/,+-]+$/.test(text) ? `${key}=${text}` : `${key}=${quote(text)}`;
}
