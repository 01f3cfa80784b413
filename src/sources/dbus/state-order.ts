import type { UnitState } from '../../model/evidence.ts';

/**
 * Keeps the states of units in order while they are asked for: answers and announcements come over two connections, and
 * one can overtake the other.
 */
export interface StateOrder {
  /** False where a later state of the unit has been seen. */
  accepts(state: UnitState): boolean;
}

export function createStateOrder(): StateOrder {
  /** When the latest state seen of a unit began; 0 where it does not say (systemd before 229). */
  const latest = new Map<string, number>();

  function accepts({ unit, activeState, stateChangedAtUsec = 0, initial = false }: UnitState): boolean {
    if (activeState === undefined) return true;
    const seen = latest.get(unit);
    // What systemd announces holds all that an answer holds.
    const isLate =
      seen !== undefined && (initial ? stateChangedAtUsec <= seen : stateChangedAtUsec !== 0 && stateChangedAtUsec < seen);
    if (!isLate) latest.set(unit, stateChangedAtUsec);
    return !isLate;
  }

  return { accepts };
}
