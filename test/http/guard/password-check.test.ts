import { hashSync } from 'bcryptjs';
import { afterAll, describe, expect, test } from 'vitest';
import { type BcryptQuestion, createBcryptThread } from '../../../src/http/guard/bcrypt-thread.ts';
import { createPasswordCheck } from '../../../src/http/guard/password-check.ts';

const thread = createBcryptThread();
afterAll(() => thread.close());

const users = new Map([['alice', hashSync('right', 5)]]);

/** Counts what is asked of the real thread. */
function countingThread() {
  const asked: BcryptQuestion[] = [];
  const ask = (question: BcryptQuestion): Promise<boolean> => {
    asked.push(question);
    return thread.ask(question);
  };
  return { asked, ask };
}

describe('createPasswordCheck', () => {
  test('knows the right password of a user, and nothing else', async () => {
    const passwords = createPasswordCheck(thread);
    const isRight = (user: string, password: string) => passwords.isRight({ user, password }, users);
    expect(await isRight('alice', 'right')).toBe(true);
    for (const [user, password] of [
      ['alice', 'wrong'],
      ['alice', ''],
      ['bob', 'right'],
      ['', ''],
      ['__proto__', 'right'],
    ] as const)
      expect([user, password, await isRight(user, password)]).toEqual([user, password, false]);
  });

  test('compares each log-in once, also when it is asked twice at a time, and again when the hash changes', async () => {
    const { asked, ask } = countingThread();
    const passwords = createPasswordCheck({ ask });
    const login = { user: 'alice', password: 'right' };
    expect(await Promise.all([passwords.isRight(login, users), passwords.isRight(login, users)])).toEqual([true, true]);
    expect(await passwords.isRight(login, users)).toBe(true);
    expect(asked).toHaveLength(1);
    expect(await passwords.isRight(login, new Map([['alice', hashSync('changed', 5)]]))).toBe(false);
    expect(await passwords.isRight(login, new Map())).toBe(false);
    expect(asked).toHaveLength(3);
  });

  test('compares for a user that does not exist too, at the cost of the others', async () => {
    const { asked, ask } = countingThread();
    await createPasswordCheck({ ask }).isRight({ user: 'nobody', password: 'x' }, users);
    expect(asked.map(({ hash }) => hash.slice(0, 7))).toEqual(['$2y$05$']);
    expect(asked[0]?.hash).toHaveLength(60);
  });

  test('remembers right log-ins through a flood of wrong ones, and has no more than a few compared at once', async () => {
    const { asked, ask } = countingThread();
    const passwords = createPasswordCheck({ ask });
    const right = { user: 'alice', password: 'right' };
    expect(await passwords.isRight(right, users)).toBe(true);
    const flood = Array.from({ length: 300 }, (_, index) =>
      passwords.isRight({ user: 'alice', password: `guess ${index}` }, users),
    );
    expect(await passwords.isRight(right, users)).toBe(true);
    const answers = await Promise.all(flood);
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(300 - 16);
    expect(answers).not.toContain(true);
    expect(asked).toHaveLength(17);
  });
});

describe('createBcryptThread', () => {
  test('takes the hashes that htpasswd, PHP and Python make', async () => {
    const hash = hashSync('pass wörd', 4);
    for (const kind of ['2a', '2b', '2y'])
      expect(await thread.ask({ password: 'pass wörd', hash: hash.replace(/^\$2[ab]/, `$${kind}`) })).toBe(true);
  });

  test('answers again after its thread has died', async () => {
    const dying = createBcryptThread();
    const hash = hashSync('x', 4);
    const lost = dying.ask({ password: 'x', hash: hashSync('x', 12) });
    await dying.close();
    await expect(lost).rejects.toThrow('its thread has ended');
    expect(await dying.ask({ password: 'x', hash })).toBe(true);
    await dying.close();
  });
});
