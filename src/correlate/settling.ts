import { isOver, type OpenStop, stopBeginUsec } from './open-stop.ts';
import type { Witness } from './sighting.ts';
import type { UnitTimeline } from './unit-timeline.ts';

export interface SettlingParts {
  /** How long a stop that is over waits, without new evidence, for what other witnesses have to say. */
  readonly settleMs: number;
  /** Who is watching: when all of them have seen the end of a stop there is little left to wait for. */
  readonly watching: readonly Witness[];
  /** Its evidence is complete: nothing is abandoned before its end. */
  readonly isRecording: boolean;
  /** The stop of the unit that pulled this one in is under way. */
  readonly waitsForAnchor: (stop: OpenStop, timeline: UnitTimeline) => boolean;
}

/** A stop whose end nobody reports is closed after this long without evidence. */
export const abandonMs = 600_000;
/** A unit that stops again and again is never quiet: its stops wait this many settle times at most. */
const restlessSettles = 5;
/** How long a stop waits for the stop of the unit that pulled it in, to link to its trace. */
const anchorWaitMs = 1_000;
const anchorCheckMs = 20;
/** What follows the end: the signals of the jobs, and the last entry of the log. */
const completeSettleMs = 100;
/** A recording without times has no quiet: its stops wait for the rest of it, but not without bound. */
const maxUntimedStops = 256;

/** When stops are closed: they are over, and it has been quiet for so long that nobody has more to say. */
export class Settling {
  readonly #parts: SettlingParts;
  readonly #completeSettleMs: number;
  /** No stop is due before. */
  #nextMs = 0;

  constructor(parts: SettlingParts) {
    this.#parts = parts;
    this.#completeSettleMs = Math.min(completeSettleMs, parts.settleMs);
  }

  /** When to look again. */
  get nextMs(): number {
    return this.#nextMs;
  }

  /** Evidence has come for a stop under way. */
  heard(arrivalMs: number): void {
    this.#nextMs = Math.min(this.#nextMs, arrivalMs + this.#completeSettleMs);
  }

  /** Calls `close` for each stop that is due, as it is found: who waits for it may be due then. */
  closeDue(active: Iterable<UnitTimeline>, nowMs: number, close: (stop: OpenStop, timeline: UnitTimeline) => void): void {
    if (nowMs < this.#nextMs) return;
    this.#nextMs = Number.POSITIVE_INFINITY;
    for (const timeline of active)
      for (const stop of [...timeline.openStops]) if (this.#isDue(stop, timeline, nowMs)) close(stop, timeline);
  }

  #isDue(stop: OpenStop, timeline: UnitTimeline, nowMs: number): boolean {
    const { isRecording, waitsForAnchor } = this.#parts;
    if (!isOver(stop)) return !isRecording && this.#isPast(stop.lastArrivalMs + abandonMs, nowMs);
    stop.overAtMs ??= nowMs;
    const settleMs = this.#settleMs(stop);
    if (!this.#isPast(Math.min(stop.lastArrivalMs + settleMs, stop.overAtMs + restlessSettles * settleMs), nowMs)) return false;
    if (isRecording && stopBeginUsec(stop) === undefined) return timeline.openStops.length > maxUntimedStops;
    stop.readyAtMs ??= nowMs;
    return !waitsForAnchor(stop, timeline) || this.#isPast(stop.readyAtMs + anchorWaitMs, nowMs, anchorCheckMs);
  }

  #settleMs({ sightings }: OpenStop): number {
    const { watching, settleMs } = this.#parts;
    const isComplete =
      watching.length > 0 && watching.every((witness) => sightings.some((one) => one.witness === witness && one.ended !== false));
    return isComplete ? this.#completeSettleMs : settleMs;
  }

  /** Whether a time has come; if not, it is remembered as one to look again, or to look again every now and then. */
  #isPast(dueMs: number, nowMs: number, checkMs = Number.POSITIVE_INFINITY): boolean {
    if (nowMs >= dueMs) return true;
    this.#nextMs = Math.min(this.#nextMs, dueMs, nowMs + checkMs);
    return false;
  }
}
