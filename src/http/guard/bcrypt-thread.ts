import type { Worker } from 'node:worker_threads';

export interface BcryptQuestion {
  readonly password: string;
  readonly hash: string;
}

export interface BcryptAnswer {
  readonly isRight: boolean;
}

/** One thread that compares passwords, one after the other. Started when it is first asked. */
export interface BcryptThread {
  /** Rejects where the thread has died; the next question starts another. */
  ask(question: BcryptQuestion): Promise<boolean>;
  close(): Promise<void>;
}

export function createBcryptThread(): BcryptThread {
  let worker: Worker | undefined;
  let waiting: PromiseWithResolvers<boolean>[] = [];
  const start = (): Worker => {
    // Loaded where there are passwords only.
    const started = new (process.getBuiltinModule('node:worker_threads').Worker)(workerAddress);
    // It does not keep the process: the servers do.
    started.unref();
    started.on('message', ({ isRight }: BcryptAnswer) => waiting.shift()?.resolve(isRight));
    const end = (error: unknown): void => {
      if (worker === started) worker = undefined;
      const lost = waiting;
      waiting = [];
      for (const { reject } of lost) reject(error);
    };
    started.on('error', end);
    started.on('exit', () => end(new Error('Cannot compare a password: its thread has ended')));
    return started;
  };
  return {
    ask(question) {
      worker ??= start();
      const answer = Promise.withResolvers<boolean>();
      waiting.push(answer);
      worker.postMessage(question);
      return answer.promise;
    },
    async close() {
      await worker?.terminate();
    },
  };
}

/** Beside this file, in the sources and in what is built from them. */
const workerAddress = new URL(import.meta.url.endsWith('.ts') ? './bcrypt-worker.ts' : './bcrypt-worker.js', import.meta.url);
