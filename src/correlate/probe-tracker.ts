import type { CallPath, Evidence } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { addToSighting, endSighting, giveUp, newSighting, type Sighting, type WitnessTracker } from './sighting.ts';

/** Functions that PID 1 passes at most once in a stop, at its very beginning: they always begin a new one. */
const beginFunctions: ReadonlySet<string> = new Set(['service_enter_stop', 'service_enter_stop_by_notify']);

/** States, of the service or of the unit, in which a stop is over. */
const finalStates: ReadonlySet<string> = new Set([
  'dead',
  'failed',
  'inactive',
  'auto-restart',
  'dead-before-auto-restart',
  'failed-before-auto-restart',
  'dead-resources-pinned',
]);
/** The states from which nothing can stop any more. */
const restingStates: ReadonlySet<string> = new Set([...finalStates, 'auto-restart-queued', 'condition', 'cleaning']);
/** The states of a unit that comes up; a probe sees them too, and they begin no stop. */
const risingStates: ReadonlySet<string> = new Set(['active', 'activating', 'running', 'exited', 'reloading', 'refreshing']);

/** One unit through a probe inside PID 1: call paths in the order in which PID 1 took them. */
export class ProbeTracker implements WitnessTracker {
  #current: Sighting | undefined;
  #roseUsec: RealtimeUsec | undefined;

  get current(): Sighting | undefined {
    return this.#current;
  }

  accept(evidence: Evidence): Sighting | undefined {
    if (evidence.kind !== 'call-path') return undefined;
    if (isRise(evidence)) {
      if (restingStates.has(evidence.oldState ?? '')) this.#roseUsec = evidence.atUsec;
      this.#current = undefined;
      return undefined;
    }
    const current = this.#current;
    if (current !== undefined && current.ended !== true && !beginsAnew(evidence, current)) return goOn(current, evidence);
    if (isRestTransition(evidence) || isAftermath(evidence, current)) return undefined;
    giveUp(current);
    this.#current = open(evidence);
    if (this.#roseUsec !== undefined) this.#current.roseUsec = this.#roseUsec;
    return this.#current;
  }
}

function open(path: CallPath): Sighting {
  const sighting = newSighting('probe', path);
  if (path.invocationId !== undefined) sighting.invocationId = path.invocationId;
  if (isEnd(path)) endSighting(sighting, path.atUsec);
  else if (!reportsEnds(path)) sighting.ended = 'never';
  return sighting;
}

function goOn(current: Sighting, path: CallPath): undefined {
  addToSighting(current, path);
  if (current.ended === 'never' && reportsEnds(path)) current.ended = false;
  if (isEnd(path)) endSighting(current, path.atUsec);
  return undefined;
}

/** The script of 2020 probes one function and prints neither results nor states: each record is all it sees of a stop. */
function reportsEnds(path: CallPath): boolean {
  return path.result !== undefined || path.newState !== undefined;
}

function beginsAnew(path: CallPath, current: Sighting): boolean {
  if (path.oldState === 'deactivating') return false;
  if (path.function === undefined) return current.ended === 'never';
  const alreadyPassed = current.evidence.some((known) => known.kind === 'call-path' && known.function === path.function);
  if (current.ended === 'never') return alreadyPassed || beginFunctions.has(path.function);
  return beginFunctions.has(path.function) && (alreadyPassed || path.oldState === 'running');
}

function isEnd(path: CallPath): boolean {
  if (path.newState !== undefined)
    return finalStates.has(path.newState) || (path.oldState === 'deactivating' && path.newState === 'activating');
  return path.function === 'service_enter_dead';
}

/** Coming up, or staying up. From `deactivating` to `activating` is the wait for an automatic restart, an end. */
function isRise(path: CallPath): boolean {
  if (path.newState === undefined || path.oldState === 'deactivating') return false;
  return risingStates.has(path.newState) && !(path.oldState === 'active' && path.newState === 'activating');
}

/** A move between states of rest: dead to failed, auto-restart to dead. The stop was counted before. */
function isRestTransition(path: CallPath): boolean {
  return path.oldState !== undefined && restingStates.has(path.oldState) && !isFailedStart(path);
}

/** A start that failed before there was any state between; one that was refused is none. */
function isFailedStart({ frames, result }: CallPath): boolean {
  return result === 'resources' && frames.some((frame) => frame.reliable && frame.function === 'service_start');
}

/** After the end of a stop, the same turn of PID 1 may still pass the functions of its last steps. */
function isAftermath(path: CallPath, last: Sighting | undefined): boolean {
  if (last?.ended !== true) return false;
  const isSameMoment = path.function === 'service_enter_dead' && path.oldState === undefined && path.atUsec === last.endUsec;
  return isSameMoment || isLastStep(path, last);
}

/** A turn of PID 1 takes milliseconds, and a probe that is slow may make them many. */
const turnUsec = 1_000_000;

/** service_enter_dead() ends with service_set_state(): one end, told twice. */
function isLastStep({ function: name, atUsec, newState }: CallPath, { endUsec, evidence }: Sighting): boolean {
  const last = evidence.at(-1);
  const isAfterDead = last?.kind === 'call-path' && last.function === 'service_enter_dead' && last.newState === undefined;
  if (!isAfterDead || name !== 'service_set_state' || newState === undefined || !finalStates.has(newState)) return false;
  return atUsec === undefined || endUsec === undefined || atUsec - endUsec <= turnUsec;
}
