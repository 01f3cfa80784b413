/** What systemtap's *_quoted() functions write for one byte (runtime/vsprintf.c: _stp_text_str). */
const escapedBytes: ReadonlyMap<number, string> = new Map([
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0b, '\\v'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
]);

const bytesOfEscapes: ReadonlyMap<string, number> = new Map(
  [...escapedBytes].map(([byte, text]) => [text.slice(1), byte] as const),
);

/** Printable ASCII between double quotes, everything else escaped: the value can hold no line break. */
export function quote(value: string): string {
  // What most values are. Byte by byte it was a seventh of reading a log of records.
  if (/^[ !#-[\]-~]*$/.test(value)) return `"${value}"`;
  const body = Array.from(Buffer.from(value, 'utf8'), quotedByte).join('');
  return `"${body}"`;
}

function quotedByte(byte: number): string {
  const short = escapedBytes.get(byte);
  if (short !== undefined) return short;
  const isPrintable = byte >= 0x20 && byte < 0x7f;
  return isPrintable ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
}

const escapePattern =
  /\\(?:(?<octal>[0-3][0-7]{2})|x(?<hex>[0-9a-fA-F]{2})|u(?<u4>[0-9a-fA-F]{4})|U(?<u8>[0-9a-fA-F]{8})|(?<letter>[abtnvfr"\\])|(?<unknown>.?))/gs;

/**
 * Undoes `quote` and systemtap's quoting (which writes `\u00E9` for a character beyond ASCII) on what stands
 * between the quotes; undefined where there is an escape of neither. Bytes that are no UTF-8 become U+FFFD.
 */
export function unquote(body: string): string | undefined {
  if (!body.includes('\\')) return body.toWellFormed();
  const parts: Buffer[] = [];
  let end = 0;
  for (const match of body.matchAll(escapePattern)) {
    const bytes = unescaped(match.groups ?? {});
    if (bytes === undefined) return undefined;
    parts.push(Buffer.from(body.slice(end, match.index), 'utf8'), bytes);
    end = match.index + match[0].length;
  }
  parts.push(Buffer.from(body.slice(end), 'utf8'));
  return Buffer.concat(parts).toString('utf8');
}

function unescaped(groups: Readonly<Record<string, string | undefined>>): Buffer | undefined {
  const { octal, hex, u4, u8, letter } = groups;
  if (octal !== undefined) return Buffer.of(Number.parseInt(octal, 8));
  if (hex !== undefined) return Buffer.of(Number.parseInt(hex, 16));
  if (letter !== undefined) return byteOfLetter(letter);
  const codePoint = Number.parseInt(u4 ?? u8 ?? '', 16);
  return codePoint <= 0x10ffff ? Buffer.from(String.fromCodePoint(codePoint), 'utf8') : undefined;
}

function byteOfLetter(letter: string): Buffer | undefined {
  const byte = bytesOfEscapes.get(letter);
  return byte === undefined ? undefined : Buffer.of(byte);
}
