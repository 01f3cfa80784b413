import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/model/evidence.ts';
import type { Source } from '../../src/sources/source.ts';
import { restartDelayMs, restartDelays, superviseSource } from '../../src/sources/supervised-source.ts';
import { createMemoryLog } from './files/memory-log.ts';

const tree: Evidence = { kind: 'process-tree', source: 'pstree', requests: [], raw: '' };

/** Runs a source under supervision with a clock of its own; each run takes `runMs` and what is thrown ends it. */
function supervise(run: Source['run'], { attempts, runMs = 0 }: { attempts: number; runMs?: number }) {
  const { log, records } = createMemoryLog();
  const controller = new AbortController();
  const ups: boolean[] = [];
  const waits: number[] = [];
  const emitted: unknown[] = [];
  let nowMs = 0;
  const source = superviseSource(
    {
      name: 'pstree',
      run: (emit, signal) => {
        nowMs += runMs;
        return run(emit, signal);
      },
    },
    {
      log,
      onUp: (up) => ups.push(up),
      random: () => 1,
      nowMs: () => nowMs,
      wait: async (ms) => {
        waits.push(ms);
        if (waits.length === attempts) controller.abort();
      },
    },
  );
  const finished = source.run((observation) => emitted.push(observation), controller.signal);
  return { source, controller, finished, records, ups, waits, emitted };
}

describe('superviseSource', () => {
  test('has the name of its source', () => {
    expect(supervise(async () => undefined, { attempts: 1 }).source.name).toBe('pstree');
  });

  test('runs a failed source again, later each time up to a minute, and logs each failure once with its cause', async () => {
    const cause = new Error('EACCES: permission denied');
    const supervised = supervise(() => Promise.reject(new Error('Cannot read "x.log"', { cause })), { attempts: 8 });
    await supervised.finished;
    expect(supervised.waits).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(supervised.ups).toEqual(Array.from({ length: 16 }, (_, index) => index % 2 === 0));
    expect(supervised.records.all.length).toBe(8);
    expect(supervised.records.all[0]).toMatchObject({
      level: 'error',
      msg: 'A source failed and will be restarted',
      source: 'pstree',
      error: 'Cannot read "x.log": EACCES: permission denied',
      restart_ms: 2000,
    });
  });

  test('counts a failure as a first one again after a run of a minute', async () => {
    const { finished, waits } = supervise(() => Promise.reject(new Error('late')), { attempts: 3, runMs: 60_000 });
    await finished;
    expect(waits).toEqual([2000, 2000, 2000]);
  });

  test('takes a source that ends or throws at once for one that failed', async () => {
    const ended = supervise(async () => undefined, { attempts: 1 });
    const thrown = supervise(
      () => {
        throw new Error('at once');
      },
      { attempts: 1 },
    );
    await Promise.all([ended.finished, thrown.finished]);
    expect(ended.records.all).toMatchObject([{ error: 'It ended by itself' }]);
    expect(thrown.records.all).toMatchObject([{ error: 'at once' }]);
  });

  test('resolves at once on abort, also where the source does not, and drops what it still emits', async () => {
    let emitLate = (): void => undefined;
    const supervised = supervise(
      (emit) => {
        emit(tree);
        emitLate = () => emit(tree);
        return new Promise(() => undefined);
      },
      { attempts: 1 },
    );
    supervised.controller.abort();
    await supervised.finished;
    emitLate();
    expect(supervised.emitted).toEqual([tree]);
    expect(supervised.ups).toEqual([true, false]);
    expect(supervised.records.all).toEqual([]);
  });

  test('resolves at once on abort while it waits to restart', async () => {
    const { log, records } = createMemoryLog();
    const controller = new AbortController();
    const failing: Source = { name: 'stap', run: () => Promise.reject(new Error('no')) };
    const finished = superviseSource(failing, { log, onUp: () => undefined }).run(() => undefined, controller.signal);
    await records.count(1);
    controller.abort();
    await finished;
  });

  test('does not start a source whose signal has aborted', async () => {
    const { log } = createMemoryLog();
    const source: Source = { name: 'stap', run: () => Promise.reject(new Error('started')) };
    const ups: boolean[] = [];
    await superviseSource(source, { log, onUp: (up) => ups.push(up) }).run(() => undefined, AbortSignal.abort());
    expect(ups).toEqual([]);
  });
});

describe('restartDelayMs', () => {
  test('lies between one second and one minute, whatever the jitter', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const delayMs = restartDelayMs(failures, restartDelays, random);
        expect(delayMs).toBeGreaterThanOrEqual(1000);
        expect(delayMs).toBeLessThanOrEqual(60_000);
      }),
    );
  });
});
