import { describe, expect, test } from 'vitest';
import { readOnce } from '../../src/sources/read-once.ts';

function counted(maxLines: number): { read: (line: string) => { line: string } | undefined; calls: string[] } {
  const calls: string[] = [];
  const read = readOnce(maxLines, (line) => {
    calls.push(line);
    return line === 'none' ? undefined : { line };
  });
  return { read, calls };
}

describe('readOnce', () => {
  test('reads a line that comes again once', () => {
    const { read, calls } = counted(2);
    expect(read('a')).toEqual({ line: 'a' });
    expect(read('a')).toBe(read('a'));
    expect(calls).toEqual(['a']);
  });

  test('holds no more lines than it may', () => {
    const { read, calls } = counted(2);
    for (const line of ['a', 'b', 'c', 'a']) expect(read(line)).toEqual({ line });
    expect(calls).toEqual(['a', 'b', 'c', 'a']);
  });

  test('holds no long lines, and none that could not be read', () => {
    const { read, calls } = counted(2);
    const long = 'x'.repeat(257);
    for (const line of [long, long]) expect(read(line)).toEqual({ line });
    for (const line of ['none', 'none']) expect(read(line)).toBeUndefined();
    expect(calls).toEqual([long, long, 'none', 'none']);
  });
});
