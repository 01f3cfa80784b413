import { parentPort } from 'node:worker_threads';
import { compareSync } from 'bcryptjs';
import type { BcryptAnswer, BcryptQuestion } from './bcrypt-thread.ts';

/** A hash takes a core for 70 ms and more: in a thread of its own it does not hold up who watches the host. */
parentPort?.on('message', ({ password, hash }: BcryptQuestion) => {
  parentPort?.postMessage({ isRight: compareSync(password, hash) } satisfies BcryptAnswer);
});
