import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createLineWriter } from '../src/line-writer.ts';

/** A reader that reads one line whenever it is told to. */
function setUp() {
  const read: string[] = [];
  let proceed: (error?: Error) => void = () => undefined;
  const stream = new Writable({
    write(chunk, _encoding, done) {
      read.push(String(chunk));
      proceed = done;
    },
  });
  return { read, stream, write: createLineWriter(stream), proceed: (error?: Error) => proceed(error) };
}

const drain = () => new Promise((resolve) => setImmediate(resolve));

describe('createLineWriter', () => {
  test('drops what a stuck reader has no room for, and says so', async () => {
    const { read, stream, write, proceed } = setUp();
    const line = `${'x'.repeat(1023)}\n`;
    for (let count = 0; count < 2000; count++) write(line);
    expect(stream.writableLength).toBeLessThan(1_100_000);
    while (stream.writableLength > 0) {
      proceed();
      await drain();
    }
    write('after\n');
    proceed();
    await drain();
    expect(read.slice(-2)).toEqual([expect.stringMatching(/^\d+ lines were dropped: nobody read them\n$/), 'after\n']);
    expect(read.filter((one) => one === line).length + Number(read.at(-2)?.split(' ')[0])).toBe(2000);
  });

  test('outlives its reader', async () => {
    const { write, proceed } = setUp();
    write('one\n');
    proceed(new Error('EPIPE'));
    await drain();
    expect(() => write('two\n')).not.toThrow();
  });
});
