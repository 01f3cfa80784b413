import { LruMap } from '../lru-map.ts';
import type { CallPath, ProcessExit, Told } from '../model/evidence.ts';
import type { Frame } from '../model/frame.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { present } from '../sources/present.ts';
import type { CallBegan, UnitChanged } from './probe-events.ts';
import { type ServiceStates, serviceResults } from './systemd-words.ts';
import { shownState, stateAfter, stateBefore, type UnitState } from './unit-state.ts';

/** A change of state with the functions that PID 1 was in, though not those between them: nothing is unwound. */
export type SeenChange = Told<CallPath>;

export interface UnitChangesParts {
  readonly realtimeOf: (clockUsec: number) => RealtimeUsec;
  /** File that the frames are of, as PID 1 has it mapped. */
  readonly module: string;
  readonly states: ServiceStates;
}

interface Known extends UnitState {
  /** Its stop had begun before we came: who and why nobody saw. */
  readonly isOldStop: boolean;
}

const maxUnits = 20_000;

/** Turns changes of state into call paths. */
export class UnitChanges {
  readonly #parts: UnitChangesParts;
  readonly #units = new LruMap<string, Known>(maxUnits);

  constructor(parts: UnitChangesParts) {
    this.#parts = parts;
  }

  /**
   * Undefined where nothing has changed, where PID 1 only reads its own state back after a reload, and where a stop had
   * begun before we came. @param calls those for this unit, innermost first
   */
  accept(change: UnitChanged, calls: readonly CallBegan[]): SeenChange | undefined {
    const { unit } = change;
    const after = stateAfter(change, this.#parts.states);
    if (unit?.endsWith('.service') !== true || after === undefined) return undefined;
    const before = this.#before(unit, change, calls);
    const isOldStop = before?.isOldStop === true && after.active === 'deactivating';
    this.#units.set(unit, { ...after, isOldStop });
    const isSame = before?.active === after.active && before.sub === after.sub;
    if (isSame || before?.isOldStop === true || isReadingBack(calls)) return undefined;
    return present({
      kind: 'call-path' as const,
      atUsec: this.#parts.realtimeOf(change.clockUsec),
      unit,
      function: change.function,
      frames: [change.function, ...calls.map((call) => call.function)].map((name) => this.#frame(name)),
      result: change.result === undefined ? undefined : serviceResults[change.result],
      oldState: before && shownState(before),
      newState: shownState(after),
      mainPid: [...calls.map((call) => call.mainPid), change.mainPid].find((pid) => pid !== undefined && pid > 0),
      exit: mainExit(calls),
    });
  }

  /** What we saw last, unless the change itself says otherwise: then we have missed something. */
  #before(unit: string, change: UnitChanged, calls: readonly CallBegan[]): Known | undefined {
    const known = this.#units.get(unit);
    const told = stateBefore(change, calls, this.#parts.states);
    if (known !== undefined && (told === undefined || told.active === known.active)) return known;
    return told && { ...told, isOldStop: known === undefined && told.active === 'deactivating' };
  }

  /** A probe at the very beginning of a function: no neighbour's name can be meant. */
  #frame(name: string): Frame {
    return { function: name, offset: 0, module: this.#parts.module, reliable: true };
  }
}

function isReadingBack(calls: readonly CallBegan[]): boolean {
  return calls.some((call) => call.function === 'service_coldplug');
}

/** waitid()'s codes. */
const exitCodes: readonly (ProcessExit['code'] | undefined)[] = [undefined, 'exited', 'killed', 'dumped'];

function mainExit(calls: readonly CallBegan[]): ProcessExit | undefined {
  const { child, mainPid } = calls.find((call) => call.child !== undefined) ?? {};
  const code = child === undefined ? undefined : exitCodes[child.code];
  return child === undefined || code === undefined || child.pid !== mainPid ? undefined : { code, status: child.status };
}
