import type { Evidence } from '../../model/evidence.ts';
import type { Frames } from '../../model/frame.ts';
import type { Ancestry } from '../../model/process.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import type { Witness } from './witness.ts';

/** What followed the first line of a record of the older scripts. */
export interface RecordBody {
  readonly frames: Frames;
  /** Outermost first; absent where no such line followed. */
  readonly ancestry?: Ancestry;
  readonly mainPid?: number;
  readonly controlPid?: number;
}

/** What the first line of a record of the older scripts says. */
export interface Opening {
  readonly atUsec?: RealtimeUsec;
  readonly follows: 'frames' | 'ancestry' | 'nothing';
  /** Its script prints the main pid before the frames and the time after them. */
  readonly isDebugStp?: boolean;
  complete(body: RecordBody, witness: Witness): Evidence;
}

/** One kind of first line; `read` is undefined where a value makes no sense. */
export interface OpeningPattern {
  readonly pattern: RegExp;
  read(groups: Readonly<Record<string, string | undefined>>): Opening | undefined;
}
