import type { RequestAction } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { present } from '../sources/present.ts';
import type { CallBegan, JobPulled } from './probe-events.ts';
import { actionOfJob } from './systemd-words.ts';

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

/**
 * @param call the service's method that PID 1 is in, for whatever unit: what is done in there and was not asked for is
 * done because of that unit
 */
export function jobPulled(event: JobPulled, call: CallBegan | undefined, atUsec: RealtimeUsec): SeenPull | undefined {
  const { unit, by } = event;
  const byUnit = by?.unit ?? call?.unit;
  if (unit === undefined || byUnit === undefined || byUnit === unit) return undefined;
  const byJob = by === undefined ? undefined : { id: by.jobId, action: actionOfJob(by.type, false) };
  return present({ kind: 'job-pull' as const, atUsec, unit, action: actionOfJob(event.type, false), byUnit, byJob });
}
