import type { BusPeer, CallPath, Evidence, ServiceState, UnitRelations, UnitState } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';

const maxPeers = 4096;
const maxMainPids = 8192;
const maxFalls = 4096;
const maxRelations = 20_000;
const maxEndedJobs = 4096;

/** Who is who, and what became of the units: the latest of each, until there is newer. */
export interface Acquaintances {
  /** The latest falls of each unit, the latest last: of each the first state that shows it, with its job where it had one. */
  readonly falls: ReadonlyMap<string, readonly UnitState[]>;
  /** How other units can stop each unit. */
  readonly relations: ReadonlyMap<string, UnitRelations>;
  readonly peers: ReadonlyMap<string, BusPeer>;
  /** When each job was removed, by its id. */
  readonly jobEndsUsec: ReadonlyMap<number, RealtimeUsec>;
  /** Main pid → unit. */
  readonly mainPids: ReadonlyMap<number, string>;
  learn(evidence: Evidence): void;
}

export function createAcquaintances(): Acquaintances {
  const falls = new Map<string, readonly UnitState[]>();
  const relations = new Map<string, UnitRelations>();
  const peers = new Map<string, BusPeer>();
  const jobEndsUsec = new Map<number, RealtimeUsec>();
  const mainPids = new Map<number, string>();

  function learn(evidence: Evidence): void {
    switch (evidence.kind) {
      case 'unit-state':
        if (isFall(evidence)) setBounded(falls, evidence.unit, withFall(falls.get(evidence.unit) ?? [], evidence), maxFalls);
        break;
      case 'job-removed':
        if (evidence.atUsec !== undefined) setBounded(jobEndsUsec, evidence.jobId, evidence.atUsec, maxEndedJobs);
        break;
      case 'unit-relations':
        setBounded(relations, evidence.unit, evidence, maxRelations);
        break;
      case 'bus-peer':
        setBounded(peers, evidence.busName, evidence, maxPeers);
        break;
      case 'service-state':
      case 'call-path':
        learnMainPid(evidence);
        break;
    }
  }

  function learnMainPid({ unit, mainPid = 0 }: ServiceState | CallPath): void {
    if (unit !== undefined && mainPid > 1) setBounded(mainPids, mainPid, unit, maxMainPids);
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

/** A Map remembers the order of insertion: the oldest goes first. */
function setBounded<K, V>(map: Map<K, V>, key: K, value: V, maxSize: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= maxSize) return;
  for (const oldest of map.keys()) {
    if (map.size <= maxSize) return;
    map.delete(oldest);
  }
}
