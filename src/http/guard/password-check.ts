import { createHmac, randomBytes } from 'node:crypto';
import { LruMap } from '../../lru-map.ts';
import type { BcryptThread } from './bcrypt-thread.ts';

export interface Login {
  readonly user: string;
  readonly password: string;
}

export interface PasswordCheck {
  /** Undefined: too many are being compared already. Takes as long for a user that does not exist. */
  isRight(login: Login, users: ReadonlyMap<string, string>): Promise<boolean | undefined>;
}

/** Who waits longer than for these has given up. */
const maxWaiting = 16;
/** Right and wrong ones apart: wrong ones, of which anybody can make many, do not displace right ones. */
const maxRemembered = 100;

export function createPasswordCheck({ ask }: Pick<BcryptThread, 'ask'>): PasswordCheck {
  const right = new LruMap<string, true>(maxRemembered);
  const wrong = new LruMap<string, true>(maxRemembered);
  const running = new Map<string, Promise<boolean>>();
  /** Passwords are not kept, and what is kept says nothing without this. */
  const secret = randomBytes(32);

  const compare = async (key: string, login: Login, hash: string | undefined, decoy: string): Promise<boolean> => {
    const isSame = await ask({ password: login.password, hash: hash ?? decoy });
    const isRight = isSame && hash !== undefined;
    (isRight ? right : wrong).set(key, true);
    return isRight;
  };
  return {
    async isRight(login, users) {
      const hash = users.get(login.user);
      const key = createHmac('sha256', secret)
        .update(JSON.stringify([login.user, login.password, hash ?? '']))
        .digest('base64');
      if (right.get(key) === true) return true;
      if (wrong.get(key) === true) return false;
      const asked = running.get(key);
      if (asked !== undefined) return asked;
      if (running.size >= maxWaiting) return undefined;
      const comparing = compare(key, login, hash, decoyFor(users)).finally(() => running.delete(key));
      running.set(key, comparing);
      return comparing;
    },
  };
}

/** A hash of nothing known, of the same cost as a real one. */
function decoyFor(users: ReadonlyMap<string, string>): string {
  const [real = '$2y$10$'] = users.values();
  return `$2y$${real.split('$')[2] ?? '10'}$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234`;
}
