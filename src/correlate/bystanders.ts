import type { Evidence, JobAdded, JournalEntry, ProcessTree, SignalSent, StopRequest } from '../model/evidence.ts';
import { type Acquaintances, createAcquaintances } from './acquaintances.ts';
import { createEvidenceBuffer, type EvidenceBuffer } from './evidence-buffer.ts';

/** A job may wait this long for its turn: TimeoutStopSec= of what goes before it is 90 s by default. */
export const requestMemoryMs = 150_000;
const signalMemoryMs = 30_000;

/** Evidence that belongs to no unit, or may bear on stops of units other than its own. */
export interface Bystanders extends Omit<Acquaintances, 'learn'> {
  readonly requests: EvidenceBuffer<StopRequest>;
  readonly jobs: EvidenceBuffer<JobAdded>;
  readonly trees: EvidenceBuffer<ProcessTree>;
  /** Signals to processes whose unit is not known yet. */
  readonly signals: EvidenceBuffer<SignalSent>;
  /** What PID 1 and logind say of the whole machine: shutdowns, reloads. */
  readonly manager: EvidenceBuffer<JournalEntry>;
  accept(evidence: Evidence, arrivalMs: number): void;
  /** Lets go of what came too long before this time. */
  forget(sinceMs: number): void;
}

export function createBystanders(): Bystanders {
  const requests = createEvidenceBuffer<StopRequest>(1024);
  const jobs = createEvidenceBuffer<JobAdded>(4096);
  const trees = createEvidenceBuffer<ProcessTree>(64);
  const signals = createEvidenceBuffer<SignalSent>(1024);
  const manager = createEvidenceBuffer<JournalEntry>(64);
  const { learn, ...acquaintances } = createAcquaintances();

  /** What may bear on stops to come, for a while. */
  function keep(evidence: Evidence, arrivalMs: number): void {
    switch (evidence.kind) {
      case 'request':
        removeEarlierViews(requests, evidence);
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

  return {
    ...acquaintances,
    requests,
    jobs,
    trees,
    signals,
    manager,
    accept(evidence, arrivalMs) {
      keep(evidence, arrivalMs);
      learn(evidence);
    },
    forget(sinceMs) {
      for (const buffer of [requests, jobs, trees, manager]) buffer.forget(sinceMs - requestMemoryMs);
      signals.forget(sinceMs - signalMemoryMs);
    },
  };
}

/** A method call is seen again with its reply: then what was known of it is out of date. */
export function removeEarlierViews(
  known: EvidenceBuffer<Evidence> | EvidenceBuffer<StopRequest>,
  { serial, unit, busName }: StopRequest,
): void {
  if (serial === undefined) return;
  known.removeWhere(
    (one: Evidence) => one.kind === 'request' && one.serial === serial && one.unit === unit && one.busName === busName,
  );
}
