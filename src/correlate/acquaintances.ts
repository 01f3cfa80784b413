import { LruMap } from '../lru-map.ts';
import type { BusPeer, CallPath, Evidence, ServiceState, UnitRelations, UnitState } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';

const maxPeers = 4096;
const maxMainPids = 8192;
const maxFalls = 4096;
const maxRelations = 20_000;
const maxEndedJobs = 4096;

type Lookup<Key, Value> = Pick<LruMap<Key, Value>, 'get'>;

/** Who is who, and what became of the units: the latest of each, until there is newer. */
export interface Acquaintances {
  /** The latest falls of each unit, the latest last: of each the first state that shows it, with its job where it had one. */
  readonly falls: Lookup<string, readonly UnitState[]>;
  /** How other units can stop each unit. */
  readonly relations: Lookup<string, UnitRelations>;
  readonly peers: Lookup<string, BusPeer>;
  /** When each job was removed, by its id. */
  readonly jobEndsUsec: Lookup<number, RealtimeUsec>;
  /** Main pid → unit. */
  readonly mainPids: Lookup<number, string>;
  learn(evidence: Evidence): void;
}

export function createAcquaintances(): Acquaintances {
  const falls = new LruMap<string, readonly UnitState[]>(maxFalls);
  const relations = new LruMap<string, UnitRelations>(maxRelations);
  const peers = new LruMap<string, BusPeer>(maxPeers);
  const jobEndsUsec = new LruMap<number, RealtimeUsec>(maxEndedJobs);
  const mainPids = new LruMap<number, string>(maxMainPids);

  function learn(evidence: Evidence): void {
    switch (evidence.kind) {
      case 'unit-state':
        if (isFall(evidence)) falls.set(evidence.unit, withFall(falls.get(evidence.unit) ?? [], evidence));
        break;
      case 'job-removed':
        if (evidence.atUsec !== undefined) jobEndsUsec.set(evidence.jobId, evidence.atUsec);
        break;
      case 'unit-relations':
        relations.set(evidence.unit, evidence);
        break;
      case 'bus-peer':
        peers.set(evidence.busName, evidence);
        break;
      case 'service-state':
      case 'call-path':
        learnMainPid(evidence);
        break;
    }
  }

  function learnMainPid({ unit, mainPid = 0 }: ServiceState | CallPath): void {
    if (unit !== undefined && mainPid > 1) mainPids.set(mainPid, unit);
  }

  return { falls, relations, peers, jobEndsUsec, mainPids, learn };
}

/** A unit that was forgotten and is loaded again is inactive too, and knows of no time. */
function isFall({ activeState, stateChangedAtUsec, inactiveEnteredAtUsec }: UnitState): boolean {
  if (activeState === 'deactivating') return true;
  const isAtRest = activeState === 'inactive' || activeState === 'failed';
  return isAtRest && (stateChangedAtUsec ?? inactiveEnteredAtUsec) !== undefined;
}

/** More do not happen within the time that matters. */
const maxFallsOfUnit = 8;

function withFall(known: readonly UnitState[], state: UnitState): readonly UnitState[] {
  const last = known.at(-1);
  if (last === undefined || !isSameFall(last, state)) return [...known, state].slice(-maxFallsOfUnit);
  return (last.jobId ?? 0) !== 0 || (state.jobId ?? 0) === 0 ? known : [...known.slice(0, -1), state];
}

/** One life has one end. */
function isSameFall(one: UnitState, other: UnitState): boolean {
  return one.activeExitedAtUsec === other.activeExitedAtUsec && one.inactiveExitedAtUsec === other.inactiveExitedAtUsec;
}
