import type { RealtimeUsec } from '../../model/time.ts';
import type { Observation } from '../source.ts';
import { formatPosition, type JournalPosition } from './journal-position.ts';
import { type JournalGap, JournalReading } from './journal-reading.ts';
import { type Journal, rangeArguments } from './journalctl-arguments.ts';
import { runJournalctl } from './run-journalctl.ts';

export interface JournalRangeOptions extends Journal {
  /** After the entry of a cursor, or from a time on. */
  readonly from: JournalPosition;
  /** Now where absent. */
  readonly untilUsec?: RealtimeUsec;
  readonly emit: (observation: Observation) => void;
  /** Gets a cursor once all evidence up to it was emitted. */
  readonly saveCursor?: ((cursor: string) => void) | undefined;
  /** Told at most once, before the first evidence. */
  readonly onGap?: ((gap: JournalGap) => void) | undefined;
  /** Gets lines of journalctl's standard error. */
  readonly onComplaint?: ((complaint: string) => void) | undefined;
  readonly nowUsec: () => RealtimeUsec;
}

/**
 * Reads what was written to the journal from a position on, over reboots, and resolves with the position reached.
 * Ends early where the signal aborts; rejects where journalctl fails.
 */
export async function readJournalRange(options: JournalRangeOptions, signal: AbortSignal): Promise<JournalPosition> {
  const { from, untilUsec, emit, saveCursor, onGap, onComplaint, nowUsec, command = 'journalctl' } = options;
  const savePosition = saveCursor && ((position: JournalPosition) => saveCursor(formatPosition(position)));
  const reading = new JournalReading(from, { emit, savePosition, onGap, nowUsec, signal });
  await runJournalctl({ command, args: rangeArguments(options, from, untilUsec), onLines: reading.accept, onComplaint }, signal);
  reading.end();
  return reading.position ?? from;
}
