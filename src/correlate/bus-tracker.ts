import type { Evidence, ServiceState, UnitRemoved, UnitState } from '../model/evidence.ts';
import { createBusJobs } from './bus-jobs.ts';
import { type BusMemory, type BusPhase, busPhase, failedToStart, isFinishedStart, isFreshRest, isOtherLife, ranBetweenRests } from './bus-phase.ts';
import { addToSighting, endSighting, giveUp, newSighting, type Sighting, type WitnessTracker } from './sighting.ts';

/**
 * One unit through systemd's D-Bus signals. They are coalesced, and `deactivating` is often never shown:
 * a stop is a fall from up to rest, however many of its states are seen (SYSTEMD.md §6.3).
 */
export function createBusTracker(): WitnessTracker {
  const memory: BusMemory = {};
  const jobs = createBusJobs();
  let current: Sighting | undefined;

  function accept(evidence: Evidence): Sighting | undefined {
    switch (evidence.kind) {
      case 'unit-state':
        return moved(evidence);
      case 'service-state':
        return remember(evidence);
      case 'job-added':
        jobs.added(evidence, memory.phase !== 'rest');
        return undefined;
      case 'job-removed':
        jobs.removed(evidence);
        if (current !== undefined && current.jobId === evidence.jobId) addToSighting(current, evidence);
        return undefined;
      case 'unit-removed':
        return forgotten(evidence);
      default:
        return undefined;
    }
  }

  /** The Service properties of a change come before its Unit properties. */
  function remember(service: ServiceState): undefined {
    memory.service = { ...memory.service, ...service };
    const ofNextLife = current?.ended === true && (service.mainPid ?? 0) !== 0;
    if (current !== undefined && !ofNextLife) addToSighting(current, service);
    return undefined;
  }

  function moved(state: UnitState): Sighting | undefined {
    const next = busPhase(state);
    if (next === undefined) return undefined;
    const fall = transition(next, state);
    const comesUp = next === 'up' && (memory.phase === 'rest' || (memory.phase === undefined && state.activeState === 'activating'));
    if (state.jobId !== undefined && state.jobId !== 0 && (next === 'rest' || comesUp)) jobs.startsFromHere(state.jobId);
    memory.phase = next;
    memory.state = state;
    if (state.invocationId !== undefined) memory.invocationId = state.invocationId;
    if (next === 'rest' && (current !== undefined || state.initial === true) && (memory.service?.mainPid ?? 0) === 0) {
      if (memory.service?.execMainPid !== undefined) memory.lastMainPid = memory.service.execMainPid;
      if (state.invocationId !== undefined) memory.restInvocationId = state.invocationId;
    }
    return fall;
  }

  function transition(next: BusPhase, state: UnitState): Sighting | undefined {
    switch (`${memory.phase ?? 'none'}→${next}` as const) {
      case 'up→stopping':
      case 'rest→stopping':
      case 'none→stopping':
        return begin(state);
      case 'up→rest':
        return fallen(state, isFinishedStart(memory, state));
      case 'none→rest':
        return isFreshRest(state) ? fallen(state, false) : undefined;
      case 'stopping→stopping':
        if (current !== undefined) addToSighting(current, state);
        return undefined;
      case 'stopping→rest':
        return rested(state);
      case 'stopping→up':
        rested(state);
        current = undefined;
        return undefined;
      case 'rest→rest':
        return ranBetweenRests(memory, state) || failedToStart(memory, state) ? fallen(state, false) : trailing(state);
      case 'up→up':
        return memory.state?.activeState !== 'activating' && isOtherLife(memory, state) ? fallen(state, false) : undefined;
      case 'rest→up':
      case 'none→up':
        current = undefined;
        return undefined;
    }
  }

  function begin(state: UnitState): Sighting {
    const job = jobs.behind(state);
    const sighting = newSighting('bus', state);
    if (state.stateChangedAtUsec !== undefined) sighting.beginUsec = state.stateChangedAtUsec;
    const invocationId = state.invocationId ?? memory.invocationId;
    if (invocationId !== undefined) sighting.invocationId = invocationId;
    if (memory.service !== undefined) addToSighting(sighting, memory.service);
    if (job !== undefined) {
      sighting.jobId = job.jobId;
      for (const evidence of job.evidence) addToSighting(sighting, evidence);
    }
    giveUp(current);
    current = sighting;
    return sighting;
  }

  function fallen(state: UnitState, notAStop: boolean): Sighting {
    const sighting = begin(state);
    sighting.notAStop = notAStop;
    const stoppedAt = state.inactiveEnteredAtUsec ?? state.stateChangedAtUsec ?? state.atUsec;
    if (stoppedAt !== undefined) sighting.beginUsec = Math.min(leftActiveAt(state) ?? stoppedAt, stoppedAt);
    endSighting(sighting, stoppedAt);
    return sighting;
  }

  function rested(state: UnitState): undefined {
    if (current === undefined) return undefined;
    addToSighting(current, state);
    endSighting(current, state.inactiveEnteredAtUsec ?? state.stateChangedAtUsec ?? state.atUsec);
    return undefined;
  }

  function trailing(state: UnitState): undefined {
    if (current !== undefined) addToSighting(current, state);
    return undefined;
  }

  /**
   * systemd 219 forgets an unreferenced unit before it can announce that it is dead. Later ones (NRestarts= tells them)
   * announce it, and remove a unit that is up only to load it again: a reload, no stop.
   */
  function forgotten(removed: UnitRemoved): Sighting | undefined {
    if (memory.phase === 'stopping' && current !== undefined) {
      addToSighting(current, removed);
      endSighting(current, removed.atUsec);
      memory.phase = 'rest';
    }
    if (memory.phase !== 'up' || memory.service === undefined || memory.service.restarts !== undefined) return undefined;
    memory.phase = 'rest';
    const sighting = newSighting('bus', removed);
    addToSighting(sighting, memory.service);
    endSighting(sighting, removed.atUsec);
    giveUp(current);
    current = sighting;
    return sighting;
  }

  return { accept };
}

/** When it left `active`, if that was in this life: a start that failed keeps the time of an earlier one. */
function leftActiveAt(state: UnitState): number | undefined {
  const { activeExitedAtUsec, inactiveExitedAtUsec } = state;
  return activeExitedAtUsec !== undefined && activeExitedAtUsec >= (inactiveExitedAtUsec ?? 0) ? activeExitedAtUsec : undefined;
}
