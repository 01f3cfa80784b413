import type { UnitState } from '../../model/evidence.ts';
import { unitType } from '../../model/unit.ts';
import { createBoundedQueue } from './bounded-queue.ts';

/** What is remembered of services while they are up, for the moment they stop: then it is too late to ask. */
export interface KnownUnits {
  /** The manager's UnitRemoved tells nothing: a reload sends it for every unit. */
  seen(state: UnitState): void;
  /** The manager has read its unit files again: what a unit is related to may have changed. */
  reloaded(): void;
}

/** Far more services than a machine runs. */
const maxUnits = 4096;
const bounds = { maxRunning: 2, maxWaiting: maxUnits };

/**
 * @param up the services that are up, kept here
 * @param readRelations is told of a service that has come up; must not reject
 */
export function createKnownUnits(up: Set<string>, readRelations: (unit: string) => Promise<void>): KnownUnits {
  const queue = createBoundedQueue<string>(bounds, readRelations);

  function seen({ unit, activeState, initial }: UnitState): void {
    if (activeState === undefined || unitType(unit) !== 'service') return;
    if (activeState === 'inactive' || activeState === 'failed') {
      gone(unit);
      return;
    }
    if (up.has(unit) || up.size >= maxUnits) return;
    up.add(unit);
    // It is loaded, so that asking does not load it. An initial state comes with its relations.
    if (initial !== true && activeState !== 'deactivating') queue.add(unit);
  }

  function gone(unit: string): void {
    up.delete(unit);
    queue.remove(unit);
  }

  return {
    seen,
    reloaded: () => {
      for (const unit of up) queue.add(unit);
    },
  };
}
