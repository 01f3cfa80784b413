import type { ServiceState, UnitState } from '../model/evidence.ts';

/** The three things a service can be doing, as far as stops go. */
export type BusPhase = 'up' | 'stopping' | 'rest';

/** `activating/auto-restart` waits for a restart: DESIGN's definition of a stop counts it as stopped. */
export function busPhase(state: UnitState): BusPhase | undefined {
  switch (state.activeState) {
    case undefined:
      return undefined;
    case 'deactivating':
      return 'stopping';
    case 'inactive':
    case 'failed':
      return 'rest';
    default:
      return state.subState?.startsWith('auto-restart') === true ? 'rest' : 'up';
  }
}

/** Results with which systemd refuses or skips a start: nothing had begun to run. */
const refusedStartResults: ReadonlySet<string> = new Set(['start-limit', 'start-limit-hit', 'exec-condition']);

/** What the bus tracker remembers of a unit. */
export interface BusMemory {
  phase?: BusPhase;
  state?: UnitState;
  service?: ServiceState;
  /** Main pid of the life before the last rest, to notice a life that passed between two signals. */
  lastMainPid?: number;
  invocationId?: string;
  /** The invocation that the last rest ended. */
  restInvocationId?: string;
}

interface Shown {
  readonly next: BusPhase;
  readonly state: UnitState;
  /** A stop was seen, or the manager was asked: the state at rest is about a life that has ended. */
  readonly isAfterStop: boolean;
}

export function rememberState(memory: BusMemory, { next, state, isAfterStop }: Shown): void {
  memory.phase = next;
  memory.state = state;
  if (state.invocationId !== undefined) memory.invocationId = state.invocationId;
  if (next !== 'rest' || !isAfterStop || (memory.service?.mainPid ?? 0) !== 0) return;
  if (memory.service?.execMainPid !== undefined) memory.lastMainPid = memory.service.execMainPid;
  if (state.invocationId !== undefined) memory.restInvocationId = state.invocationId;
}

/** From `activating` straight to rest: a oneshot that finished, or a start that was skipped or refused. */
export function isFinishedStart(memory: BusMemory, next: UnitState): boolean {
  const result = memory.service?.result;
  if (result !== undefined && refusedStartResults.has(result)) return true;
  if (memory.state?.activeState !== 'activating' || next.activeState !== 'inactive') return false;
  return result === undefined || result === 'success';
}

/** Up before and up now, but another life: the stop and the start between were merged into one signal. */
export function isOtherLife(memory: BusMemory, next: UnitState): boolean {
  if (memory.state?.activeState === 'activating') return false;
  if (memory.invocationId !== undefined && next.invocationId !== undefined) return memory.invocationId !== next.invocationId;
  const before = memory.state?.activeEnteredAtUsec;
  return before !== undefined && next.inactiveEnteredAtUsec !== undefined && next.inactiveEnteredAtUsec > before;
}

/**
 * At rest before and at rest now, but it ran in between: a crash loop whose signals were merged. A unit that
 * comes up shows its new invocation and pid while its state is still the old one: only a later fall counts.
 */
export function ranBetweenRests(memory: BusMemory, next: UnitState): boolean {
  if (memory.service?.result !== undefined && refusedStartResults.has(memory.service.result)) return false;
  if (lastFallUsec(next) <= lastFallUsec(memory.state) || (memory.service?.mainPid ?? 0) !== 0) return false;
  if (memory.restInvocationId !== undefined && next.invocationId !== undefined)
    return memory.restInvocationId !== next.invocationId;
  const mainPid = memory.service?.execMainPid ?? 0;
  return mainPid !== 0 && memory.lastMainPid !== undefined && mainPid !== memory.lastMainPid;
}

/** A start that could not even fork goes from dead to failed, and nothing in between is shown. */
export function failedToStart(memory: BusMemory, next: UnitState): boolean {
  const result = memory.service?.result ?? 'success';
  if (isOldLife(memory, next)) return false;
  return (
    memory.state?.activeState === 'inactive' &&
    next.activeState === 'failed' &&
    result !== 'success' &&
    !refusedStartResults.has(result)
  );
}

/** What is shown is still about the life that ended before: the failure is the start limit's. */
function isOldLife(memory: BusMemory, next: UnitState): boolean {
  if (memory.restInvocationId !== undefined && next.invocationId !== undefined)
    return memory.restInvocationId === next.invocationId;
  return memory.lastMainPid !== undefined && memory.lastMainPid !== 0 && memory.lastMainPid === memory.service?.execMainPid;
}

/** systemd ≤ 252 goes from running to auto-restart without being inactive: only the exit from active is stamped. */
function lastFallUsec(state: UnitState | undefined): number {
  return Math.max(state?.inactiveEnteredAtUsec ?? 0, state?.activeExitedAtUsec ?? 0);
}

/** How old the change that a first signal tells of may be to count as happening now. */
const freshUsec = 5_000_000;

/** The first signal about a unit already shows it at rest: a stop only where its timestamps say "just now". */
export function isFreshRest(next: UnitState): boolean {
  const { atUsec, stateChangedAtUsec, inactiveEnteredAtUsec, inactiveExitedAtUsec } = next;
  if (next.initial === true || inactiveExitedAtUsec === undefined) return false;
  if (stateChangedAtUsec === undefined || inactiveEnteredAtUsec !== stateChangedAtUsec) return false;
  return (atUsec ?? stateChangedAtUsec) - stateChangedAtUsec < freshUsec;
}
