import { endianness } from 'node:os';
import { describe, expect, test } from 'vitest';
import { textReader } from '../../../src/probe/tracefs/event-bytes.ts';
import { parseEventFormat } from '../../../src/probe/tracefs/event-format.ts';

const format = parseEventFormat(
  [
    'ID: 369',
    '\tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;',
    '\tfield:__data_loc char[] file;\toffset:24;\tsize:4;\tsigned:0;',
  ].join('\n'),
);

function view({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

describe('textReader()', () => {
  test('ends at the first NUL, or where the field does', () => {
    const page = Buffer.alloc(64, 'x');
    page.write('sleep\0', 4 + 8);
    expect(textReader(format, 'comm')(view(page), 4)).toBe('sleep');
    expect(textReader(format, 'comm')(view(page), 12)).toBe('x'.repeat(16));
  });

  test.runIf(endianness() === 'LE')('follows a text to where it is', () => {
    const page = Buffer.alloc(64, 'x');
    page.writeUInt32LE((6 << 16) + 30, 4 + 24);
    page.write('/bin/a', 4 + 30);
    expect(textReader(format, 'file')(view(page), 4)).toBe('/bin/a');
  });
});
