import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineSplitter, maxLineBytes, type SplitLine } from '../../../src/sources/files/split-lines.ts';

function split(chunks: readonly Uint8Array[]): readonly SplitLine[] {
  const splitter = new LineSplitter();
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

describe('LineSplitter', () => {
  test('gives the lines that a chunk completes, numbered and with the byte after each', () => {
    const splitter = new LineSplitter();
    expect(splitter.push(bytes('one\ntwo\r\nthr'))).toEqual([
      { text: 'one', number: 1, endOffset: 4, tooLong: false },
      { text: 'two', number: 2, endOffset: 9, tooLong: false },
    ]);
    expect(splitter.push(bytes('ee\n\n'))).toEqual([
      { text: 'three', number: 3, endOffset: 15, tooLong: false },
      { text: '', number: 4, endOffset: 16, tooLong: false },
    ]);
    expect(splitter.end()).toEqual([]);
  });

  test('goes on counting from where an earlier splitter stopped', () => {
    const splitter = new LineSplitter({ offset: 100, lines: 7 });
    expect(splitter.push(bytes('x\n'))).toEqual([{ text: 'x', number: 8, endOffset: 102, tooLong: false }]);
  });

  test('gives a last line without a newline at the end, once', () => {
    const splitter = new LineSplitter();
    splitter.push(bytes('a\nb'));
    expect(splitter.end()).toEqual([{ text: 'b', number: 2, endOffset: 3, tooLong: false }]);
    expect(splitter.end()).toEqual([]);
  });

  test('keeps NUL bytes, lone carriage returns and what is no UTF-8 as replacement characters', () => {
    const chunk = Buffer.concat([bytes('a\0b\rc\n'), Buffer.from([0xff, 0xfe, 0x0a, 0xe2, 0x82, 0x0a])]);
    expect(split([chunk]).map(({ text }) => text)).toEqual(['a\0b\rc', '\ufffd\ufffd', '\ufffd']);
  });

  test('takes a line of exactly the limit and reports one byte more as too long', () => {
    const whole = 'x'.repeat(maxLineBytes);
    const [line, longer, next] = split([bytes(`${whole}\n${whole}y\nnext\n`)]);
    expect(line).toMatchObject({ text: whole, tooLong: false });
    expect(longer).toEqual({ text: 'x'.repeat(480), number: 2, endOffset: maxLineBytes + 1, tooLong: true });
    expect(next).toEqual({ text: 'next', number: 3, endOffset: 2 * maxLineBytes + 8, tooLong: false });
  });

  test('reports a line that is too long as soon as it is, once, and not again at the end', () => {
    const splitter = new LineSplitter();
    expect(splitter.push(bytes('abc'))).toEqual([]);
    expect(splitter.push(bytes('x'.repeat(maxLineBytes)))).toMatchObject([{ number: 1, endOffset: 0, tooLong: true }]);
    expect(splitter.push(bytes('x'.repeat(maxLineBytes)))).toEqual([]);
    expect(splitter.end()).toEqual([]);
    expect(splitter.push(bytes('after\n'))).toMatchObject([{ text: 'after', number: 2 }]);
  });

  test('holds no more of one line of 1 GiB than the limit', () => {
    const splitter = new LineSplitter();
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    let reported = 0;
    const before = process.memoryUsage().rss;
    for (let megabytes = 0; megabytes < 1024; megabytes += 1) reported += splitter.push(chunk).length;
    const grownBytes = process.memoryUsage().rss - before;
    expect(reported).toBe(1);
    expect(splitter.push(bytes('\nnext\n'))).toMatchObject([{ text: 'next', number: 2 }]);
    expect(grownBytes).toBeLessThan(64 * 1024 * 1024);
  });

  test('does not keep the chunk: its buffer may be used again', () => {
    const splitter = new LineSplitter();
    const chunk = bytes('half');
    splitter.push(chunk);
    chunk.fill('!');
    expect(splitter.push(bytes('\n'))).toMatchObject([{ text: 'half' }]);
  });

  test('gives the same lines however the bytes are cut into chunks', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(bytes('\n'), bytes('\r\n'), bytes('ü€😀'), Buffer.alloc(maxLineBytes - 3, 'x'), Buffer.alloc(9, 'x')),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat(200_000), { maxLength: 10 }), (pieces, cuts) => {
        const input = Buffer.concat(pieces);
        const ends = [...cuts.map((cut) => cut % (input.length + 1)), input.length].sort((one, other) => one - other);
        const chunks = ends.map((end, index) => input.subarray(ends[index - 1] ?? 0, end));
        expect(split(chunks)).toEqual(split([input]));
      }),
    );
  });

  test('agrees with splitting the whole text, byte for byte, where no line is too long', () => {
    const text = fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('\n', '\r\n', '\r', '\0')));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 7 }), (parts, chunkBytes) => {
        const input = bytes(parts.join(''));
        const chunks = Array.from({ length: Math.ceil(input.length / chunkBytes) }, (_, index) =>
          input.subarray(index * chunkBytes, (index + 1) * chunkBytes),
        );
        const lines = split(chunks);
        const expected = input.toString('utf8').split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(lines.map((line) => line.text)).toEqual(expected.map((line) => line.replace(/\r$/, '')));
        expect(lines.map((line) => line.number)).toEqual(expected.map((_, index) => index + 1));
        expect(lines.slice(0, -1).every(({ endOffset }) => input[endOffset - 1] === 10)).toBe(true);
      }),
    );
  });
});
