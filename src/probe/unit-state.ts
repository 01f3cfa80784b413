import type { CallBegan, UnitChanged } from './probe-events.ts';
import { activeStateOf, activeStates, type ServiceStates } from './systemd-words.ts';

/** A state of a service in systemd's words: its UnitActiveState and, where known, its ServiceState. */
export interface UnitState {
  readonly active: string;
  readonly sub?: string;
}

/** The state after a change. Undefined where neither number means anything. */
export function stateAfter({ newActive, newState }: UnitChanged, states: ServiceStates): UnitState | undefined {
  return stateOf(newActive, newState, states);
}

/** The state before a change as the change itself, or the call that led to it, tells. */
export function stateBefore(change: UnitChanged, calls: readonly CallBegan[], states: ServiceStates): UnitState | undefined {
  const read = change.oldState ?? calls[0]?.state;
  return stateOf(change.oldActive, read, states);
}

/** Where the two contradict each other, the one that PID 1 handed over counts, not the one read from its memory. */
function stateOf(active: number | undefined, sub: number | undefined, states: ServiceStates): UnitState | undefined {
  const given = active === undefined ? undefined : activeStates[active];
  const word = sub === undefined ? undefined : states[sub];
  const implied = word === undefined ? undefined : activeStateOf(word);
  if (given === undefined) return implied === undefined || word === undefined ? undefined : { active: implied, sub: word };
  return word !== undefined && isStateOf(word, given) ? { active: given, sub: word } : { active: given };
}

/** Services of Type=idle are called active while they start (service.c, state_translation_table_idle). */
function isStateOf(serviceState: string, active: string): boolean {
  const implied = activeStateOf(serviceState);
  return implied === active || (active === 'active' && implied === 'activating' && !serviceState.startsWith('auto-restart'));
}

/** Whether what was read from PID 1's memory fits what PID 1 handed over; undefined where there is nothing to compare. */
export function isConsistent({ newActive, newState }: UnitChanged, states: ServiceStates): boolean | undefined {
  const given = newActive === undefined ? undefined : activeStates[newActive];
  if (given === undefined || newState === undefined) return undefined;
  const word = states[newState];
  return word !== undefined && isStateOf(word, given);
}

/** Up or coming up the unit's own word, for that is how it is known; the service's where it stops, rests or waits. */
export function shownState({ active, sub }: UnitState): string {
  const isUp = active === 'active' || active === 'activating' || active === 'reloading' || active === 'refreshing';
  const isWaiting = sub?.startsWith('auto-restart') === true;
  return sub !== undefined && (!isUp || isWaiting) ? sub : active;
}
