import { classify } from './classify/classify.ts';
import { Correlator, type CorrelatorOptions } from './correlate/correlator.ts';
import type { EvidenceKind, SourceName, StopRequest } from './model/evidence.ts';
import type { ClassifiedIncident, CountedStop, Incident } from './model/incident.ts';
import { type Discarded, type DiscardReason, isDiscarded, type Observation } from './sources/source.ts';

export interface PipelineParts {
  readonly correlator: CorrelatorOptions;
  readonly isWanted: (unit: string) => boolean;
  readonly telemetry: PipelineTelemetry;
  /** Told of each piece of input that could not be read, with its place. */
  readonly onDiscarded?: (discarded: Discarded) => void;
  /** When the sources began to watch. What had ended before was found afterwards, and is marked `inferred`. */
  readonly watchingSinceUsec?: number;
  /** Where stops go once their verdicts are known: those that settled at one time together. */
  readonly deliver: (incidents: readonly ClassifiedIncident[]) => void;
}

/** What the pipeline counts about itself. */
export interface PipelineTelemetry {
  evidenceSeen(source: SourceName, kind: EvidenceKind): void;
  evidenceDiscarded(source: SourceName, reason: DiscardReason): void;
  evidenceLate(): void;
  callPathUnrecognised(): void;
}

/** Evidence in, incidents with their verdicts out. Owns no clock: the caller says when it is. */
export interface Pipeline {
  /** A stop that an earlier run has counted: what is told of it again is not another. */
  remember(stop: CountedStop): void;
  /** What an earlier run was told, and has counted as seen. */
  recall(request: StopRequest, nowMs: number): void;
  /** Who asked for the end of the machine: to be recalled by the next run. */
  shutdownRequests(): readonly StopRequest[];
  /** @param nowMs a clock that never goes back */
  observe(observation: Observation, nowMs: number): void;
  tick(nowMs: number): void;
  /** Stops are being put together: `tick` is due. */
  isBusy(): boolean;
  /** When the oldest evidence came that may still be needed for a stop; Infinity where none is. */
  neededSinceMs(nowMs: number): number;
  /** @param unfinished also stops whose end was not seen: at the end of a recording, never live */
  finish(unfinished: boolean): void;
}

export function createPipeline(parts: PipelineParts): Pipeline {
  const correlator = new Correlator(parts.correlator);

  function observe(observation: Observation, nowMs: number): void {
    if (isDiscarded(observation)) {
      parts.telemetry.evidenceDiscarded(observation.source, observation.reason);
      parts.onDiscarded?.(observation);
      return;
    }
    parts.telemetry.evidenceSeen(observation.source, observation.kind);
    const lateBefore = correlator.lateCount;
    conclude(correlator.accept(observation, nowMs));
    if (correlator.lateCount > lateBefore) parts.telemetry.evidenceLate();
  }

  function conclude(incidents: readonly Incident[]): void {
    if (incidents.length === 0) return;
    const classified = incidents.filter(({ unit }) => parts.isWanted(unit)).flatMap((incident) => judge(incident) ?? []);
    if (classified.length > 0) parts.deliver(classified);
  }

  function judge(incident: Incident): ClassifiedIncident | undefined {
    const verdict = classify(incident);
    if (verdict === undefined) return undefined;
    if (verdict.callPath.length > 0 && verdict.cause === 'unknown') parts.telemetry.callPathUnrecognised();
    const isDoubtful = verdict.attribution === 'proven' && wasMissed(incident, parts.watchingSinceUsec);
    return { incident, verdict: isDoubtful ? { ...verdict, attribution: 'inferred' } : verdict };
  }

  return {
    observe,
    remember: (stop) => correlator.remember(stop),
    recall: (request, nowMs) => conclude(correlator.accept(request, nowMs)),
    shutdownRequests: () => correlator.shutdownRequests,
    tick: (nowMs) => conclude(correlator.expire(nowMs)),
    isBusy: () => correlator.isBusy,
    neededSinceMs: (nowMs) => correlator.neededSinceMs(nowMs),
    finish: (unfinished) => conclude(correlator.drain(unfinished)),
  };
}

/** Over before we watched, and told by nobody who was there: a probe's records are proof whenever they are read. */
function wasMissed({ endedAtUsec, evidence }: Incident, watchingSinceUsec: number | undefined): boolean {
  if (watchingSinceUsec === undefined || endedAtUsec === undefined || endedAtUsec >= watchingSinceUsec) return false;
  return !evidence.some(({ kind }) => kind === 'call-path');
}
