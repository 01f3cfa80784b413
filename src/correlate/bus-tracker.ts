import type { Evidence, JobRemoved, ServiceState, UnitRemoved, UnitState } from '../model/evidence.ts';
import { createBusJobs } from './bus-jobs.ts';
import {
  type BusMemory,
  type BusPhase,
  busPhase,
  failedToStart,
  isFinishedStart,
  isFreshRest,
  isOtherLife,
  ranBetweenRests,
  rememberState,
} from './bus-phase.ts';
import { addToSighting, endSighting, giveUp, newSighting, type Sighting, type WitnessTracker } from './sighting.ts';

/** What a change of phase means for the stops of a unit. */
type Move = 'begins' | 'goes-on' | 'falls' | 'rests' | 'stays-at-rest' | 'comes-back' | 'comes-up' | 'stays-up' | 'first-rest';

/** From what was known before (`none`: nothing) to what is shown now. */
const moves: Readonly<Record<`${BusPhase | 'none'}→${BusPhase}`, Move>> = {
  'none→stopping': 'begins',
  'up→stopping': 'begins',
  'rest→stopping': 'begins',
  'stopping→stopping': 'goes-on',
  'up→rest': 'falls',
  'none→rest': 'first-rest',
  'stopping→rest': 'rests',
  'rest→rest': 'stays-at-rest',
  'stopping→up': 'comes-back',
  'up→up': 'stays-up',
  'rest→up': 'comes-up',
  'none→up': 'comes-up',
};

/**
 * One unit through systemd's D-Bus signals. They are coalesced, and `deactivating` is often never shown:
 * a stop is a fall from up to rest, however many of its states are seen (SYSTEMD.md §6.3).
 */
export class BusTracker implements WitnessTracker {
  readonly #memory: BusMemory = {};
  readonly #jobs = createBusJobs();
  #current: Sighting | undefined;

  get current(): Sighting | undefined {
    return this.#current;
  }

  accept(evidence: Evidence): Sighting | undefined {
    switch (evidence.kind) {
      case 'unit-state':
        return this.#moved(evidence);
      case 'service-state':
        return this.#remember(evidence);
      case 'job-added':
        this.#jobs.added(evidence, this.#memory);
        return undefined;
      case 'job-removed':
        return this.#jobEnded(evidence);
      case 'unit-removed':
        return this.#forgotten(evidence);
      default:
        return undefined;
    }
  }

  #jobEnded(job: JobRemoved): undefined {
    this.#jobs.removed(job);
    if (this.#current?.jobId === job.jobId) addToSighting(this.#current, job);
    return undefined;
  }

  /** The Service properties of a change come before its Unit properties. */
  #remember(service: ServiceState): undefined {
    this.#memory.service = { ...this.#memory.service, ...service };
    const ofNextLife = this.#current?.ended === true && (service.mainPid ?? 0) !== 0;
    if (!ofNextLife) this.#add(service);
    return undefined;
  }

  #moved(state: UnitState): Sighting | undefined {
    const next = busPhase(state);
    if (next === undefined) return undefined;
    const sighting = this.#move(moves[`${this.#memory.phase ?? 'none'}→${next}`], state);
    this.#noticeStartJob(next, state);
    rememberState(this.#memory, { next, state, isAfterStop: this.#current !== undefined || state.initial === true });
    return sighting;
  }

  #move(move: Move, state: UnitState): Sighting | undefined {
    switch (move) {
      case 'begins':
        return this.#begin(state);
      case 'falls':
        return this.#fall(state, isFinishedStart(this.#memory, state));
      case 'first-rest':
        return isFreshRest(state) ? this.#fall(state, false) : undefined;
      case 'stays-at-rest':
        return ranBetweenRests(this.#memory, state) || failedToStart(this.#memory, state)
          ? this.#fall(state, false)
          : this.#add(state);
      case 'stays-up':
        return isOtherLife(this.#memory, state) ? this.#fall(state, false) : undefined;
      case 'goes-on':
        return this.#add(state);
      case 'rests':
        return this.#rest(state);
      case 'comes-back':
        this.#rest(state);
        return this.#comeUp();
      case 'comes-up':
        return this.#comeUp();
    }
  }

  /** The job of a unit at rest, or coming up, can only start it. */
  #noticeStartJob(next: BusPhase, { jobId = 0, activeState }: UnitState): void {
    const { phase } = this.#memory;
    const comesUp = next === 'up' && (phase === 'rest' || (phase === undefined && activeState === 'activating'));
    if (jobId !== 0 && (next === 'rest' || comesUp)) this.#jobs.startsFromHere(jobId);
  }

  #begin(state: UnitState): Sighting {
    const job = this.#jobs.behind(state);
    const sighting = newSighting('bus', state);
    if (state.stateChangedAtUsec !== undefined) sighting.beginUsec = state.stateChangedAtUsec;
    // Where it is up again by now, the state tells the next life's.
    const shown = busPhase(state) === 'up' ? undefined : state.invocationId;
    const invocationId = shown ?? this.#memory.invocationId;
    if (invocationId !== undefined) sighting.invocationId = invocationId;
    if (this.#memory.service !== undefined) addToSighting(sighting, this.#memory.service);
    if (job !== undefined) {
      sighting.jobId = job.jobId;
      for (const evidence of job.evidence) addToSighting(sighting, evidence);
    }
    return this.#follow(sighting);
  }

  #fall(state: UnitState, notAStop: boolean): Sighting {
    const sighting = this.#begin(state);
    sighting.notAStop = notAStop;
    const stoppedAt = restedAt(state);
    if (stoppedAt !== undefined) sighting.beginUsec = Math.min(leftActiveAt(state) ?? stoppedAt, stoppedAt);
    endSighting(sighting, stoppedAt);
    // Asked for after a gap, and forgotten by systemd by then: nobody tells when it was.
    const since = this.#memory.state?.atUsec;
    if (state.initial === true && state.stateChangedAtUsec === undefined && since !== undefined) sighting.sinceUsec = since;
    return sighting;
  }

  #rest(state: UnitState): undefined {
    if (this.#current === undefined) return undefined;
    addToSighting(this.#current, state);
    endSighting(this.#current, restedAt(state));
    return undefined;
  }

  #comeUp(): undefined {
    this.#jobs.cameUp();
    this.#current = undefined;
    return undefined;
  }

  #add(evidence: Evidence): undefined {
    if (this.#current !== undefined) addToSighting(this.#current, evidence);
    return undefined;
  }

  #follow(sighting: Sighting): Sighting {
    giveUp(this.#current);
    this.#current = sighting;
    return sighting;
  }

  /**
   * systemd 219 forgets an unreferenced unit before it can announce that it is dead. Later ones (NRestarts= tells them)
   * announce it, and remove a unit that is up only to load it again: a reload, no stop.
   */
  #forgotten(removed: UnitRemoved): Sighting | undefined {
    const memory = this.#memory;
    if (memory.service === undefined || memory.service.restarts !== undefined || memory.phase === 'rest') return undefined;
    if (memory.phase === 'stopping' && this.#current !== undefined) {
      addToSighting(this.#current, removed);
      endSighting(this.#current, removed.atUsec);
      memory.phase = 'rest';
      return undefined;
    }
    if (memory.phase !== 'up') return undefined;
    memory.phase = 'rest';
    const sighting = newSighting('bus', removed);
    addToSighting(sighting, memory.service);
    endSighting(sighting, removed.atUsec);
    return this.#follow(sighting);
  }
}

function restedAt(state: UnitState): number | undefined {
  return state.inactiveEnteredAtUsec ?? state.stateChangedAtUsec ?? state.atUsec;
}

/** When it left `active`, if that was in this life: a start that failed keeps the time of an earlier one. */
function leftActiveAt(state: UnitState): number | undefined {
  const { activeExitedAtUsec, inactiveExitedAtUsec } = state;
  return activeExitedAtUsec !== undefined && activeExitedAtUsec >= (inactiveExitedAtUsec ?? 0) ? activeExitedAtUsec : undefined;
}
