/** What one line of a message's body is. */
export type BodyLine =
  | { readonly kind: 'value'; readonly value: unknown }
  /** Text whose end is on a later line. */
  | { readonly kind: 'open-text'; readonly text: string }
  | { readonly kind: 'begin'; readonly container: ContainerKind }
  | { readonly kind: 'end'; readonly container: ContainerKind }
  | { readonly kind: 'hex'; readonly bytes: readonly number[] }
  /** What dbus-monitor adds about a file descriptor. */
  | { readonly kind: 'comment' };

export type ContainerKind = 'array' | 'struct' | 'entry' | 'bytes';

const numberPattern = /^(?:byte|int16|uint16|int32|uint32|int64|uint64|double|unix fd) (?<number>\S+)$/;
const textPattern = /^(?:string|object path|signature) "(?<text>.*)$/;
const printableBytesPattern = /^array of bytes "(?<text>.*)$/;
const hexPattern = /^[0-9a-f]{2}(?: [0-9a-f]{2})*$/;

/** Beginnings and ends of containers, word for word. */
const brackets: ReadonlyMap<string, BodyLine> = new Map<string, BodyLine>([
  ['array [', { kind: 'begin', container: 'array' }],
  ['array of bytes [', { kind: 'begin', container: 'bytes' }],
  ['struct {', { kind: 'begin', container: 'struct' }],
  ['dict entry(', { kind: 'begin', container: 'entry' }],
  [']', { kind: 'end', container: 'array' }],
  ['}', { kind: 'end', container: 'struct' }],
  [')', { kind: 'end', container: 'entry' }],
  ['boolean true', { kind: 'value', value: true }],
  ['boolean false', { kind: 'value', value: false }],
  ['file descriptor', { kind: 'value', value: undefined }],
]);

/** Reads a line of a body, variants unwrapped; undefined where it is none. */
export function parseBodyLine(line: string): BodyLine | undefined {
  if (!/^ {3}/.test(line)) return undefined;
  const text = withoutVariants(line.trimStart());
  const known = brackets.get(text.trimEnd());
  if (known !== undefined) return known;
  const number = numberPattern.exec(text)?.groups?.['number'];
  if (number !== undefined) return numberLine(number);
  const string = textPattern.exec(text)?.groups?.['text'];
  if (string !== undefined) return textLine(string);
  const printable = printableBytesPattern.exec(text)?.groups?.['text'];
  if (printable !== undefined) return bytesLine(printable);
  if (hexPattern.test(text)) return { kind: 'hex', bytes: text.split(' ').map((byte) => Number.parseInt(byte, 16)) };
  return /^(?:inode|type): /.test(text) ? { kind: 'comment' } : undefined;
}

/** `variant             string "x"`: the spaces are the indentation of what would follow on its own line. */
function withoutVariants(text: string): string {
  return text.replace(/^(?:variant +)+/, '');
}

const words: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['-nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
]);

function numberLine(text: string): BodyLine | undefined {
  const value = words.get(text) ?? (/^-?[\d.]/.test(text) ? Number(text) : Number.NaN);
  return Number.isNaN(value) && !words.has(text) ? undefined : { kind: 'value', value };
}

/** dbus-monitor does not escape: a quotation mark at the end of a line is taken for the end of the text. */
function textLine(text: string): BodyLine {
  return text.endsWith('"') ? { kind: 'value', value: text.slice(0, -1) } : { kind: 'open-text', text };
}

/** An array of printable bytes; with a zero byte at its end it reads `"text" + \0`. */
function bytesLine(text: string): BodyLine | undefined {
  const zero = '" + \\0';
  if (text.endsWith(zero)) return { kind: 'value', value: [...Buffer.from(text.slice(0, -zero.length), 'latin1'), 0] };
  return text.endsWith('"') ? { kind: 'value', value: [...Buffer.from(text.slice(0, -1), 'latin1')] } : undefined;
}
