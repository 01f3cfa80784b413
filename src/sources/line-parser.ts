import type { RealtimeUsec } from '../model/time.ts';
import type { Observation } from './source.ts';

/** Where a line came from. */
export interface LinePlace {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** When it was read, for live input; absent for a recording, whose own times are all there is. */
  readonly readAtUsec?: RealtimeUsec;
}

/**
 * Turns the lines of one input into observations. Pure but for the one unfinished record it holds.
 * MUST NOT throw, whatever the line holds, and MUST bound what it keeps.
 */
export interface LineParser {
  accept(line: string, place: LinePlace): readonly Observation[];
  /** The input has ended: what was unfinished is completed or discarded. */
  finish(): readonly Observation[];
  /**
   * Whether the next line, between two places of a text in which each character is a byte, may be passed over: `accept` would
   * make nothing of it. Where it may not, it is for `accept`.
   */
  passesOver?(characters: string, from: number, to: number): boolean;
  /** The same of a line that is too long to be read, of which this is the beginning: nothing is lost then. */
  passesOverBeginning?(beginning: string): boolean;
  /** True while it holds an unfinished record: a live input must not be resumed after the lines of it. */
  readonly isUnfinished?: boolean;
}
