import type { JobPulled } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { present } from '../sources/present.ts';
import { LruMap } from '../sources/proc/lru-map.ts';
import type { CallBegan, JobPulled as JobPulledEvent } from './probe-events.ts';
import { actionOfJob } from './systemd-words.ts';
import type { SeenChange } from './unit-changes.ts';

/** A job that stops a service, put in by PID 1 itself because of another unit. */
export type SeenPull = Omit<JobPulled, 'source' | 'origin' | 'raw' | 'atUsec'> & { readonly atUsec: RealtimeUsec };

const maxUnits = 16_384;
/** A job waits for those before it: 90 seconds for each of them by default. */
const memoryUsec = 150_000_000;

interface Pull {
  readonly seen: SeenPull;
  readonly transaction: number;
}

/**
 * Every start considers jobs that stop what conflicts with it, most of which does not run. Those that did stop
 * something are known when it stops.
 */
export class JobPulls {
  readonly #pulls = new LruMap<string, Pull>(maxUnits);
  #transaction = 0;

  /** What comes now belongs together no more with what came before. */
  newTransaction(): void {
    this.#transaction++;
  }

  /**
   * The first way in which a unit is come to counts, and the unit at its beginning, which nobody pulled in.
   * @param call the service's method that PID 1 is in, for whatever unit: what is done in there and was not asked for
   * is done because of that unit
   */
  pulled({ unit, type, by }: JobPulledEvent, call: CallBegan | undefined, atUsec: RealtimeUsec): void {
    if (by === undefined) this.newTransaction();
    const byUnit = by?.unit ?? call?.unit;
    if (unit === undefined || byUnit === undefined || byUnit === unit || this.#inTransaction(unit) !== undefined) return;
    const root = this.#inTransaction(byUnit);
    const byJob = by === undefined ? undefined : { id: by.jobId, action: actionOfJob(by.type, false) };
    const because = root === undefined ? { byUnit, byJob } : { byUnit: root.byUnit, byJob: root.byJob };
    const seen = present({ kind: 'job-pulled' as const, atUsec, unit, action: actionOfJob(type, false), ...because });
    this.#pulls.set(unit, { seen, transaction: this.#transaction });
  }

  #inTransaction(unit: string): SeenPull | undefined {
    const pull = this.#pulls.get(unit);
    return pull?.transaction === this.#transaction ? pull.seen : undefined;
  }

  /** Somebody asked for just this unit. */
  forget(unit: string): void {
    this.#pulls.delete(unit);
  }

  /** What a stop by a job goes back to. */
  behind({ unit = '', frames, atUsec }: SeenChange): SeenPull | undefined {
    const pull = this.#pulls.get(unit)?.seen;
    this.#pulls.delete(unit);
    const isByJob = frames.some((frame) => frame.function === 'service_stop');
    return pull !== undefined && isByJob && atUsec - pull.atUsec <= memoryUsec ? pull : undefined;
  }
}
