import type {
  BusPeer,
  Evidence,
  JobAdded,
  JournalEntry,
  ProcessTree,
  SignalSent,
  StopRequest,
  UnitState,
} from '../model/evidence.ts';
import { createEvidenceBuffer, type EvidenceBuffer } from './evidence-buffer.ts';

/** A job may wait this long for its turn: TimeoutStopSec= of what goes before it is 90 s by default. */
export const requestMemoryMs = 150_000;
const signalMemoryMs = 30_000;
const maxPeers = 4096;
const maxMainPids = 8192;
const maxFalls = 4096;

/** Evidence that belongs to no unit, or may bear on stops of units other than its own. */
export interface Bystanders {
  readonly requests: EvidenceBuffer<StopRequest>;
  readonly jobs: EvidenceBuffer<JobAdded>;
  readonly trees: EvidenceBuffer<ProcessTree>;
  /** Signals to processes whose unit is not known yet. */
  readonly signals: EvidenceBuffer<SignalSent>;
  /** What PID 1 and logind say of the whole machine: shutdowns, reloads. */
  readonly manager: EvidenceBuffer<JournalEntry>;
  /** The last state of each unit in which it was stopping or stopped. */
  readonly falls: ReadonlyMap<string, UnitState>;
  readonly peers: ReadonlyMap<string, BusPeer>;
  /** Main pid → unit. */
  readonly mainPids: ReadonlyMap<number, string>;
  accept(evidence: Evidence, arrivalMs: number): void;
  forget(nowMs: number): void;
}

export function createBystanders(): Bystanders {
  const requests = createEvidenceBuffer<StopRequest>(1024);
  const jobs = createEvidenceBuffer<JobAdded>(4096);
  const trees = createEvidenceBuffer<ProcessTree>(64);
  const signals = createEvidenceBuffer<SignalSent>(1024);
  const manager = createEvidenceBuffer<JournalEntry>(64);
  const falls = new Map<string, UnitState>();
  const peers = new Map<string, BusPeer>();
  const mainPids = new Map<number, string>();

  /** What may bear on stops to come, for a while. */
  function keep(evidence: Evidence, arrivalMs: number): void {
    switch (evidence.kind) {
      case 'request':
        if (evidence.serial !== undefined)
          requests.remove(new Set(requests.all().filter((known) => isSameCall(known, evidence))));
        requests.add(evidence, arrivalMs);
        break;
      case 'job-added':
        jobs.add(evidence, arrivalMs);
        break;
      case 'process-tree':
        trees.add(evidence, arrivalMs);
        break;
      case 'signal':
        if (evidence.unit === undefined) signals.add(evidence, arrivalMs);
        break;
      case 'journal':
        if (evidence.unit === undefined) manager.add(evidence, arrivalMs);
        break;
    }
  }

  /** Who is who, and what became of the units. */
  function learn(evidence: Evidence): void {
    switch (evidence.kind) {
      case 'unit-state':
        if (isFall(evidence)) setBounded(falls, evidence.unit, evidence, maxFalls);
        break;
      case 'bus-peer':
        setBounded(peers, evidence.busName, evidence, maxPeers);
        break;
      case 'service-state':
      case 'call-path':
        rememberMainPid(mainPids, evidence);
        break;
    }
  }

  function accept(evidence: Evidence, arrivalMs: number): void {
    keep(evidence, arrivalMs);
    learn(evidence);
  }

  function forget(nowMs: number): void {
    requests.forget(nowMs - requestMemoryMs);
    jobs.forget(nowMs - requestMemoryMs);
    trees.forget(nowMs - requestMemoryMs);
    manager.forget(nowMs - requestMemoryMs);
    signals.forget(nowMs - signalMemoryMs);
  }

  return { requests, jobs, trees, signals, manager, falls, peers, mainPids, accept, forget };
}

function isFall({ activeState }: UnitState): boolean {
  return activeState === 'deactivating' || activeState === 'inactive' || activeState === 'failed';
}

function rememberMainPid(
  mainPids: Map<number, string>,
  { unit, mainPid = 0 }: { readonly unit?: string; readonly mainPid?: number },
): void {
  if (unit !== undefined && mainPid > 1) setBounded(mainPids, mainPid, unit, maxMainPids);
}

/** The same method call seen again, now with its reply. */
function isSameCall(known: StopRequest, evidence: StopRequest): boolean {
  return known.serial === evidence.serial && known.unit === evidence.unit && known.busName === evidence.busName;
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
