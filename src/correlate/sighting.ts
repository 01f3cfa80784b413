import type { Evidence } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';

/** Who can see a whole stop: PID 1's signals, a probe inside PID 1, PID 1's log. */
export type Witness = 'bus' | 'probe' | 'journal';

/** One witness's view of one stop. Several of them, of different witnesses, make an incident. */
export interface Sighting {
  /** `log`: remembered from the incident log, seen by whomever. */
  readonly witness: Witness | 'log';
  /** Absent where the witness gives no time. */
  beginUsec?: RealtimeUsec;
  endUsec?: RealtimeUsec;
  /** The witness was away: it happened at some time between this one and `beginUsec`. */
  sinceUsec?: RealtimeUsec;
  /** When the unit had last come up, where the witness saw it: what was asked before has been done. */
  roseUsec?: RealtimeUsec;
  /** `never`: this witness does not report ends. */
  ended: boolean | 'never';
  /** The witness knows that this was no stop: a finished oneshot, a refused start. */
  notAStop: boolean;
  invocationId?: string;
  jobId?: number;
  readonly evidence: Evidence[];
  /** Too much happens at once: that it is seen is kept, what tells of it is not. */
  isBare?: boolean;
}

export function newSighting(witness: Witness, evidence: Evidence): Sighting {
  return {
    witness,
    ...(evidence.atUsec === undefined ? {} : { beginUsec: evidence.atUsec }),
    ended: false,
    notAStop: false,
    evidence: [evidence],
  };
}

/** At most this much evidence is kept for one sighting; a unit that flaps within one stop does not grow it. */
const maxSightingEvidence = 256;

export function addToSighting(sighting: Sighting, evidence: Evidence): void {
  if (sighting.isBare !== true && sighting.evidence.length < maxSightingEvidence) sighting.evidence.push(evidence);
}

export function strip(sighting: Sighting): void {
  sighting.isBare = true;
  sighting.evidence.length = Math.min(1, sighting.evidence.length);
}

export function endSighting(sighting: Sighting, endUsec: RealtimeUsec | undefined): void {
  if (sighting.ended === true) return;
  sighting.ended = true;
  if (endUsec !== undefined) sighting.endUsec = endUsec;
}

/** The witness has begun another stop of the unit: the end of this one was missed and will not come. */
export function giveUp(sighting: Sighting | undefined): void {
  if (sighting?.ended === false) sighting.ended = true;
}

/**
 * Follows one unit through the eyes of one witness. `accept` returns the sighting that this evidence
 * begins, if it begins one; evidence of a sighting under way is added to it in place.
 */
export interface WitnessTracker {
  /** The sighting that goes on, or was the last: all others are as they are. */
  readonly current: Sighting | undefined;
  accept(evidence: Evidence): Sighting | undefined;
}
