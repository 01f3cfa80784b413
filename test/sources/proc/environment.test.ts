import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findTraceparent, maxEnvironmentBytes } from '../../../src/sources/proc/environment.ts';

const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const find = (text: string): string | undefined => findTraceparent(Buffer.from(text, 'latin1'));

describe('findTraceparent', () => {
  test.each([
    ['first', `TRACEPARENT=${valid}\0HOME=/root\0`],
    ['in the middle', `HOME=/root\0TRACEPARENT=${valid}\0PASSWORD=x\0`],
    ['at the end', `HOME=/root\0TRACEPARENT=${valid}\0`],
    ['at an end without a zero', `HOME=/root\0TRACEPARENT=${valid}`],
    ['before a second one', `TRACEPARENT=${valid}\0TRACEPARENT=other\0`],
  ])('finds it %s', (_, text) => {
    expect(find(text)).toBe(valid);
  });

  test.each([
    ['another variable', `OTEL_TRACEPARENT=${valid}\0`],
    ['upper case', `TRACEPARENT=${valid.toUpperCase()}\0`],
    ['a trace id of zeros', `TRACEPARENT=00-${'0'.repeat(32)}-b7ad6b7169203331-01\0`],
    ['a span id of zeros', `TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01\0`],
    ['version ff', `TRACEPARENT=ff${valid.slice(2)}\0`],
    ['more than the format has', `TRACEPARENT=${valid}-x\0`],
    ['a secret put there', 'TRACEPARENT=hunter2\0'],
    ['an invalid one before a valid one', `TRACEPARENT=x\0TRACEPARENT=${valid}\0`],
    ['nothing', ''],
  ])('finds none in %s', (_, text) => {
    expect(find(text)).toBeUndefined();
  });

  test('does not take what may have been cut off', () => {
    const tail = `\0TRACEPARENT=${valid}`;
    const text = `${'x'.repeat(maxEnvironmentBytes - tail.length)}${tail}`;
    expect(find(text)).toBeUndefined();
    expect(find(text.slice(1))).toBe(valid);
  });

  test('gives a trace context or nothing for any bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ maxLength: 60 }).map((text) => Buffer.from(`TRACEPARENT=${text}`)),
    );
    fc.assert(
      fc.property(bytes, (any) => {
        expect(findTraceparent(Buffer.from(any)) ?? valid).toMatch(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);
      }),
    );
  });
});
