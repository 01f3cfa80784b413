import { LruMap } from '../lru-map.ts';
import type { JobPulled, RequestAction, Told } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { present } from '../sources/present.ts';
import type { CallBegan, JobPulled as JobPulledEvent } from './probe-events.ts';
import { actionOfJob } from './systemd-words.ts';
import type { SeenChange } from './unit-changes.ts';

/** A job that stops a service, put in by PID 1 itself because of another unit. */
export type SeenPull = Told<JobPulled>;

/** What PID 1 was doing as it put in a job. */
export interface PullCircumstances {
  /** The service's method that it was in, for whatever unit: what is done in there is done because of that unit. */
  readonly call?: CallBegan | undefined;
  /** Somebody asks for just this job. */
  readonly isAsked: boolean;
  readonly atUsec: RealtimeUsec;
}

/** The jobs that PID 1 puts in at once, and why the first of them. */
interface Transaction {
  readonly anchor: string;
  readonly byUnit?: string | undefined;
  readonly byAction?: RequestAction;
  readonly atUsec: RealtimeUsec;
  readonly pulled: Map<string, SeenPull>;
}

const maxUnits = 16_384;
/** A job waits for those before it: 90 seconds for each of them by default. */
const memoryUsec = 150_000_000;
/** PID 1 puts a transaction together in one go. */
const oneGoUsec = 1_000_000;
/** PID 1 looks for what nothing needs any more as soon as a unit is down. */
const aftermathUsec = 20_000;

/**
 * Every start considers jobs that stop what conflicts with it, most of which does not run. Those that did stop
 * something are known when it stops.
 */
export class JobPulls {
  readonly #pulls = new LruMap<string, SeenPull>(maxUnits);
  #transaction: Transaction | undefined;
  #fallen: { readonly unit: string; readonly atUsec: RealtimeUsec } | undefined;

  /** The first way in which a unit is come to counts, and the unit at its beginning, which nobody pulled in. */
  pulled(event: JobPulledEvent, circumstances: PullCircumstances): void {
    const { unit, type, by } = event;
    if (unit === undefined) return;
    if (by === undefined) this.#begin(unit, event, circumstances);
    const transaction = this.#current(event, circumstances);
    const isPulled = by !== undefined || (transaction.byUnit !== unit && !circumstances.isAsked);
    if (!isPulled || !isStop(type) || transaction.pulled.has(unit) || transaction.byUnit === unit) return;
    const { byUnit, byAction } = transaction;
    const id = by?.unit === byUnit ? by?.jobId : undefined;
    const byJob = byAction === undefined ? undefined : present({ id, action: byAction });
    const seen = present({
      kind: 'job-pulled' as const,
      atUsec: circumstances.atUsec,
      unit,
      action: actionOfJob(type, false),
      byUnit,
      byJob,
    });
    transaction.pulled.set(unit, seen);
    this.#pulls.set(unit, seen);
  }

  #begin(unit: string, { type }: JobPulledEvent, { call, isAsked, atUsec }: PullCircumstances): void {
    const pulled = new Map<string, SeenPull>();
    const isOwnStop = type === stopJob && !isAsked;
    if (call?.unit !== undefined && call.unit !== unit) this.#transaction = { anchor: unit, byUnit: call.unit, atUsec, pulled };
    else if (isOwnStop) this.#transaction = { anchor: unit, byUnit: this.#fallenBefore(atUsec), atUsec, pulled };
    else this.#transaction = { anchor: unit, byUnit: unit, byAction: actionOfJob(type, false), atUsec, pulled };
  }

  /** Where its beginning was missed, the job that pulls is all there is. */
  #current({ unit = '', by }: JobPulledEvent, { atUsec }: PullCircumstances): Transaction {
    const known = this.#transaction;
    if (known !== undefined && atUsec - known.atUsec <= oneGoUsec) return known;
    const anchor = by?.unit ?? unit;
    const byAction = by === undefined ? undefined : actionOfJob(by.type, false);
    this.#transaction = { anchor, byUnit: anchor, ...present({ byAction }), atUsec, pulled: new Map() };
    return this.#transaction;
  }

  #fallenBefore(atUsec: RealtimeUsec): string | undefined {
    return this.#fallen !== undefined && atUsec - this.#fallen.atUsec <= aftermathUsec ? this.#fallen.unit : undefined;
  }

  /** A service is down. */
  fell(unit: string, atUsec: RealtimeUsec): void {
    this.#fallen = { unit, atUsec };
  }

  /** Somebody asked for just this unit, and the transaction is complete. */
  asked(unit: string, jobId: number): void {
    this.#pulls.delete(unit);
    const transaction = this.#transaction;
    this.#transaction = undefined;
    if (transaction === undefined || transaction.byUnit !== unit) return;
    for (const [other, seen] of transaction.pulled)
      if (seen.byJob !== undefined && this.#pulls.get(other) === seen)
        this.#pulls.set(other, { ...seen, byJob: { ...seen.byJob, id: jobId } });
  }

  /** What a stop by a job goes back to. */
  behind({ unit = '', frames, atUsec }: SeenChange): SeenPull | undefined {
    const pull = this.#pulls.get(unit);
    this.#pulls.delete(unit);
    const isByJob = frames.some((frame) => frame.function === 'service_stop');
    return pull !== undefined && isByJob && atUsec - pull.atUsec <= memoryUsec ? pull : undefined;
  }
}

const stopJob = 2;

/** Stop, restart, try-restart (SYSTEMD.md §1.5). */
function isStop(type: number): boolean {
  return type === stopJob || type === 4 || type === 6;
}
