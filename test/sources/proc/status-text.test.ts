import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAuditId, parseStatus } from '../../../src/sources/proc/status-text.ts';

describe('parseStatus', () => {
  test('reads the text of the process that reads it', () => {
    expect(parseStatus(readFileSync('/proc/self/status', 'utf8'))).toEqual({ processPid: process.pid, uid: process.geteuid?.() });
  });

  test('takes the effective user, not the real one', () => {
    expect(parseStatus('Name:\tsu\nTgid:\t7\nPid:\t9\nUid:\t1000\t0\t0\t0\n')).toEqual({ processPid: 7, uid: 0 });
  });

  test('is not fooled by a name that looks like a line', () => {
    expect(parseStatus('Name:\tx\\nUid:\t5\t5\t5\t5\nUid:\t1\t2\t3\t4\n')).toEqual({ uid: 2 });
  });

  test('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(parseStatus(Buffer.from(bytes).toString('utf8'))).toBeTypeOf('object');
      }),
    );
  });
});

test.each([
  ['1000', 1000],
  ['0', 0],
  ['4294967295', undefined],
  ['', undefined],
  ['-1', undefined],
])('parseAuditId of %j is %j', (text, id) => {
  expect(parseAuditId(text)).toBe(id);
});
