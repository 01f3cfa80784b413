import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBasicLogin } from '../../../src/http/guard/basic-login.ts';

describe('parseBasicLogin', () => {
  test('reads back whatever user and password there are', () => {
    const user = fc.string({ unit: 'binary' }).filter((text) => !text.includes(':'));
    fc.assert(
      fc.property(user, fc.string({ unit: 'binary' }), (name, password) => {
        const header = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
        // Half a surrogate pair has no UTF-8.
        expect(parseBasicLogin(header)).toEqual({ user: name.toWellFormed(), password: password.toWellFormed() });
      }),
    );
  });

  test.each([undefined, '', 'Basic', 'Basic ', 'Bearer YTpi', 'Basic YWI=', 'Basic YTpi YTpi', 'Basic é'])(
    'takes %j for none',
    (header) => {
      expect(parseBasicLogin(header)).toBeUndefined();
    },
  );
});
