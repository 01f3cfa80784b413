import type { RequestAction } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { present } from '../sources/present.ts';
import { LruMap } from '../sources/proc/lru-map.ts';
import type { CallBegan, JobPulled } from './probe-events.ts';
import { actionOfJob } from './systemd-words.ts';
import type { SeenChange } from './unit-changes.ts';

/** A job that stops a service, put in by PID 1 itself because of another unit. */
export interface SeenPull {
  readonly kind: 'job-pull';
  readonly atUsec: RealtimeUsec;
  readonly unit: string;
  readonly action: RequestAction;
  readonly byUnit: string;
  /** The job that pulled it in; absent where the other unit's change of state did. */
  readonly byJob?: { readonly id: number; readonly action: RequestAction };
}

const maxUnits = 4096;
/** A job waits for those before it: 90 seconds for each of them by default. */
const memoryUsec = 150_000_000;

/**
 * Every start considers jobs that stop what conflicts with it, most of which does not run. Those that did stop
 * something are known when it stops.
 */
export class JobPulls {
  readonly #pulls = new LruMap<string, SeenPull>(maxUnits);

  /**
   * @param call the service's method that PID 1 is in, for whatever unit: what is done in there and was not asked for
   * is done because of that unit
   */
  pulled(event: JobPulled, call: CallBegan | undefined, atUsec: RealtimeUsec): void {
    const { unit, by } = event;
    const byUnit = by?.unit ?? call?.unit;
    if (unit === undefined || byUnit === undefined || byUnit === unit) return;
    const byJob = by === undefined ? undefined : { id: by.jobId, action: actionOfJob(by.type, false) };
    this.#pulls.set(
      unit,
      present({ kind: 'job-pull' as const, atUsec, unit, action: actionOfJob(event.type, false), byUnit, byJob }),
    );
  }

  /** Somebody asked for just this unit. */
  forget(unit: string): void {
    this.#pulls.delete(unit);
  }

  /** What a stop by a job goes back to. */
  behind({ unit = '', frames, atUsec }: SeenChange): SeenPull | undefined {
    const pull = this.#pulls.get(unit);
    this.#pulls.delete(unit);
    const isByJob = frames.some((frame) => frame.function === 'service_stop');
    return pull !== undefined && isByJob && atUsec - pull.atUsec <= memoryUsec ? pull : undefined;
  }
}
