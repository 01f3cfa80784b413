import { setTimeout as sleep } from 'node:timers/promises';
import { describeError, type Logger } from '../logger.ts';
import type { Observation, Source } from './source.ts';

/** How long to wait before a failed source runs again. */
export interface RestartDelays {
  /** Longest wait after the first failure; doubled with each one that follows. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** A run of this length is a success: the next failure is a first one again. */
  readonly steadyMs: number;
}

/** 1 s to 60 s with the jitter. */
export const restartDelays: RestartDelays = { firstMs: 2000, longestMs: 60_000, steadyMs: 60_000 };

export interface Supervision {
  readonly log: Logger;
  /** Whether the source runs. */
  readonly onUp: (up: boolean) => void;
  readonly delays?: RestartDelays;
  /** From 0 to 1. */
  readonly random?: () => number;
  /** Monotonic. */
  readonly nowMs?: () => number;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

type Emit = (observation: Observation) => void;

/**
 * Runs a source again whenever it fails or ends, later each time. Resolves as soon as the signal aborts,
 * even where the source does not; never rejects. What a run emits after its end is dropped.
 */
export function superviseSource(source: Source, supervision: Supervision): Source {
  const { log, onUp, delays = restartDelays, random = Math.random, wait = waitUnlessAborted } = supervision;
  const nowMs = supervision.nowMs ?? (() => performance.now());
  return {
    name: source.name,
    async run(emit, signal) {
      for (let failures = 0; !signal.aborted; failures += 1) {
        const startedMs = nowMs();
        onUp(true);
        const failure = await runOnce(source, emit, signal);
        onUp(false);
        if (signal.aborted) return;
        if (nowMs() - startedMs >= delays.steadyMs) failures = 0;
        const delayMs = restartDelayMs(failures, delays, random());
        log.error('A source failed and will be restarted', { source: source.name, error: failure, restart_ms: delayMs });
        await wait(delayMs, signal);
      }
    },
  };
}

/** Exponential with "equal jitter": half of it is random, so that several sources do not come back together. */
export function restartDelayMs(failures: number, { firstMs, longestMs }: RestartDelays, random: number): number {
  const ceilingMs = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 30));
  return Math.round((ceilingMs / 2) * (1 + random));
}

/** Says why the run ended; undefined on abort, which is not waited out. */
async function runOnce(source: Source, emit: Emit, signal: AbortSignal): Promise<string | undefined> {
  const { promise: aborted, resolve: abort } = Promise.withResolvers<undefined>();
  const onAbort = (): void => abort(undefined);
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) abort(undefined);
  let isRunning = true;
  const emitWhileRunning: Emit = (observation) => {
    if (isRunning && !signal.aborted) emit(observation);
  };
  const run = async (): Promise<string> => {
    await source.run(emitWhileRunning, signal);
    return 'It ended by itself';
  };
  try {
    return await Promise.race([run().catch(describeError), aborted]);
  } finally {
    isRunning = false;
    signal.removeEventListener('abort', onAbort);
  }
}

async function waitUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
