import type { Evidence } from './evidence.ts';
import type { RealtimeUsec } from './time.ts';

/**
 * Where a piece of evidence stands in the order of a recording: its time, or the latest time it mentions.
 * Not the time of anything: a monitor that prints no times still prints when the unit last changed its state.
 */
export function orderUsec(evidence: Evidence): RealtimeUsec | undefined {
  if (evidence.atUsec !== undefined || evidence.kind !== 'unit-state') return evidence.atUsec;
  const { stateChangedAtUsec, inactiveEnteredAtUsec, activeExitedAtUsec, activeEnteredAtUsec, inactiveExitedAtUsec } = evidence;
  const times = [stateChangedAtUsec, inactiveEnteredAtUsec, activeExitedAtUsec, activeEnteredAtUsec, inactiveExitedAtUsec];
  const known = times.filter((usec) => usec !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
