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
  if (memory.invocationId !== undefined && next.invocationId !== undefined) return memory.invocationId !== next.invocationId;
  const before = memory.state?.activeEnteredAtUsec;
  return before !== undefined && next.inactiveEnteredAtUsec !== undefined && next.inactiveEnteredAtUsec > before;
}

/** At rest before and at rest now, but it ran in between: a crash loop whose signals were merged. */
export function ranBetweenRests(memory: BusMemory, next: UnitState): boolean {
  if (memory.service?.result !== undefined && refusedStartResults.has(memory.service.result)) return false;
  const mainPid = memory.service?.execMainPid ?? 0;
  const samePid = mainPid === 0 || memory.lastMainPid === undefined || mainPid === memory.lastMainPid;
  if (memory.invocationId !== undefined && next.invocationId !== undefined) return memory.invocationId !== next.invocationId;
  return !samePid;
}

/** How old the change that a first signal tells of may be to count as happening now. */
const freshUsec = 5_000_000;

/** The first signal about a unit already shows it at rest: a stop only where its timestamps say "just now". */
export function isFreshRest(next: UnitState): boolean {
  const { atUsec, stateChangedAtUsec, inactiveEnteredAtUsec, inactiveExitedAtUsec } = next;
  if (next.initial === true || inactiveExitedAtUsec === undefined) return false;
  if (atUsec === undefined || stateChangedAtUsec === undefined || inactiveEnteredAtUsec === undefined) return false;
  return inactiveEnteredAtUsec === stateChangedAtUsec && atUsec - stateChangedAtUsec < freshUsec;
}
