import type { BusPeer, Evidence, UnitRelations, UnitState } from '../model/evidence.ts';

const maxPeers = 4096;
const maxMainPids = 8192;
const maxFalls = 4096;
const maxRelations = 20_000;

/** Who is who, and what became of the units: the latest of each, until there is newer. */
export interface Acquaintances {
  /** The last state of each unit in which it was stopping or stopped. */
  readonly falls: ReadonlyMap<string, UnitState>;
  /** How other units can stop each unit. */
  readonly relations: ReadonlyMap<string, UnitRelations>;
  readonly peers: ReadonlyMap<string, BusPeer>;
  /** Main pid → unit. */
  readonly mainPids: ReadonlyMap<number, string>;
  learn(evidence: Evidence): void;
}

export function createAcquaintances(): Acquaintances {
  const falls = new Map<string, UnitState>();
  const relations = new Map<string, UnitRelations>();
  const peers = new Map<string, BusPeer>();
  const mainPids = new Map<number, string>();

  function learn(evidence: Evidence): void {
    switch (evidence.kind) {
      case 'unit-state':
        if (isFall(evidence)) setBounded(falls, evidence.unit, evidence, maxFalls);
        break;
      case 'unit-relations':
        setBounded(relations, evidence.unit, evidence, maxRelations);
        break;
      case 'bus-peer':
        setBounded(peers, evidence.busName, evidence, maxPeers);
        break;
      case 'service-state':
      case 'call-path':
        if (evidence.unit !== undefined && (evidence.mainPid ?? 0) > 1)
          setBounded(mainPids, evidence.mainPid ?? 0, evidence.unit, maxMainPids);
        break;
    }
  }

  return { falls, relations, peers, mainPids, learn };
}

function isFall({ activeState }: UnitState): boolean {
  return activeState === 'deactivating' || activeState === 'inactive' || activeState === 'failed';
}

/** A Map remembers the order of insertion: the oldest goes first. */
function setBounded<K, V>(map: Map<K, V>, key: K, value: V, maxSize: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= maxSize) return;
    map.delete(oldest);
  }
}
