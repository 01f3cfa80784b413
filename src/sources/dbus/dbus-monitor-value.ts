import { readOnce } from '../read-once.ts';

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

/** How a value begins, and who reads the rest. */
interface Form {
  readonly prefix: string;
  readonly read: (rest: string) => BodyLine | undefined;
}

/** By their first word: one look instead of a pattern after the other. */
const forms: ReadonlyMap<string, Form> = new Map([
  ...['byte', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'double', 'unix fd'].map((type) =>
    form(`${type} `, numberLine),
  ),
  ...['string', 'object path', 'signature'].map((type) => form(`${type} "`, textLine)),
  form('array of bytes "', bytesLine),
]);

function form(prefix: string, read: Form['read']): readonly [string, Form] {
  return [firstWord(prefix), { prefix, read }];
}

function firstWord(text: string): string {
  const end = text.indexOf(' ');
  return end === -1 ? text : text.slice(0, end);
}

/** Reads a line of a body, variants unwrapped; undefined where it is none. */
export const parseBodyLine = readOnce(4096, readBodyLine);

function readBodyLine(line: string): BodyLine | undefined {
  if (!line.startsWith('   ')) return undefined;
  const text = withoutVariants(line.trimStart());
  const known = forms.get(firstWord(text));
  if (known !== undefined && text.startsWith(known.prefix)) return known.read(text.slice(known.prefix.length));
  const bracket = brackets.get(text.trimEnd());
  if (bracket !== undefined) return bracket;
  if (hexPattern.test(text)) return { kind: 'hex', bytes: text.split(' ').map((byte) => Number.parseInt(byte, 16)) };
  return /^(?:inode|type): /.test(text) ? { kind: 'comment' } : undefined;
}

/** `variant             string "x"`: the spaces are the indentation of what would follow on its own line. */
function withoutVariants(text: string): string {
  return text.startsWith('variant ') ? text.replace(/^(?:variant +)+/, '') : text;
}

const words: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['-nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
]);

function numberLine(text: string): BodyLine | undefined {
  if (!/^\S+$/.test(text)) return undefined;
  const value = words.get(text) ?? (/^-?[\d.]/.test(text) ? Number(text) : Number.NaN);
  return Number.isNaN(value) && !words.has(text) ? undefined : { kind: 'value', value };
}

/** Ends of lines that are none to us. */
const otherLineEnds = /[\r\u2028\u2029]/;

/** dbus-monitor does not escape: a quotation mark at the end of a line is taken for the end of the text. */
function textLine(text: string): BodyLine | undefined {
  if (otherLineEnds.test(text)) return undefined;
  return text.endsWith('"') ? { kind: 'value', value: text.slice(0, -1) } : { kind: 'open-text', text };
}

/** An array of printable bytes; with a zero byte at its end it reads `"text" + \0`. */
function bytesLine(text: string): BodyLine | undefined {
  if (otherLineEnds.test(text)) return undefined;
  const zero = '" + \\0';
  if (text.endsWith(zero)) return { kind: 'value', value: [...Buffer.from(text.slice(0, -zero.length), 'latin1'), 0] };
  return text.endsWith('"') ? { kind: 'value', value: [...Buffer.from(text.slice(0, -1), 'latin1')] } : undefined;
}
