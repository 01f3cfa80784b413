import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textReader } from '../../../src/probe/tracefs/event-bytes.ts';
import { parseEventFormat } from '../../../src/probe/tracefs/event-format.ts';
import { nameReader } from '../../../src/probe/tracefs/name-reader.ts';

function formatOf(declaration: string, size: number) {
  return parseEventFormat(`ID: 369\n\tfield:${declaration};\toffset:8;\tsize:${size};\tsigned:0;\n`);
}

const name = formatOf('char comm[16]', 16);

function pageWith(bytes: Uint8Array): DataView {
  const page = new Uint8Array(64);
  page.set(bytes, 12);
  return new DataView(page.buffer);
}

describe('nameReader()', () => {
  test('reads the same as text, whatever was read before', () => {
    const read = nameReader(name, 'comm');
    const asText = textReader(name, 'comm');
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16, max: 3 });
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 30 }), (names) => {
        const pages = [...names, ...names].map(pageWith);
        expect(pages.map((page) => read(page, 4))).toEqual(pages.map((page) => asText(page, 4)));
      }),
    );
  });

  test('reads what is no ASCII, and no name at all', () => {
    const read = nameReader(name, 'comm');
    expect(read(pageWith(Buffer.from('sl\u00fcmber\0')), 4)).toBe('sl\u00fcmber');
    expect(read(pageWith(new Uint8Array(16)), 4)).toBe('');
  });

  test('reads a name that has another place or length as what it is', () => {
    const short = formatOf('char comm[4]', 4);
    expect(nameReader(short, 'comm')(pageWith(Buffer.from('bash')), 4)).toBe('bash');
    expect(() => nameReader(short, 'other')).toThrow('has no field "other"');
  });
});
