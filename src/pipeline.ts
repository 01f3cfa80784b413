import { classify } from './classify/classify.ts';
import { Correlator, type CorrelatorOptions } from './correlate/correlator.ts';
import type { EvidenceKind, SourceName } from './model/evidence.ts';
import type { ClassifiedIncident, Incident } from './model/incident.ts';
import { type Discarded, type DiscardReason, isDiscarded, type Observation } from './sources/source.ts';

export interface PipelineParts {
  readonly correlator: CorrelatorOptions;
  readonly isWanted: (unit: string) => boolean;
  readonly telemetry: PipelineTelemetry;
  /** Told of each piece of input that could not be read, with its place. */
  readonly onDiscarded?: (discarded: Discarded) => void;
  /** When the sources began to watch. What had ended before was found afterwards, and is marked `inferred`. */
  readonly watchingSinceUsec?: number;
  /** Where a stop goes once its verdict is known. */
  readonly deliver: (incident: ClassifiedIncident) => void;
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
  remember(incident: Incident): void;
  /** @param nowMs a clock that never goes back */
  observe(observation: Observation, nowMs: number): void;
  tick(nowMs: number): void;
  /** Stops are being put together: `tick` is due. */
  isBusy(): boolean;
  /** What was observed so far may be forgotten: all of it is durable or needed no more. */
  isSettled(nowMs: number): boolean;
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
    correlator.accept(observation, nowMs).forEach(conclude);
    if (correlator.lateCount > lateBefore) parts.telemetry.evidenceLate();
  }

  function conclude(incident: Incident): void {
    if (!parts.isWanted(incident.unit)) return;
    const verdict = classify(incident);
    if (verdict === undefined) return;
    if (verdict.callPath.length > 0 && verdict.cause === 'unknown') parts.telemetry.callPathUnrecognised();
    parts.deliver({
      incident,
      verdict:
        verdict.attribution === 'proven' && wasMissed(incident, parts.watchingSinceUsec)
          ? { ...verdict, attribution: 'inferred' }
          : verdict,
    });
  }

  return {
    observe,
    remember: (incident) => correlator.remember(incident),
    tick: (nowMs) => correlator.expire(nowMs).forEach(conclude),
    isBusy: () => correlator.isBusy,
    isSettled: (nowMs) => correlator.isSettled(nowMs),
    finish: (unfinished) => correlator.drain(unfinished).forEach(conclude),
  };
}

/** Over before we watched, and told by nobody who was there: a probe's records are proof whenever they are read. */
function wasMissed({ endedAtUsec, evidence }: Incident, watchingSinceUsec: number | undefined): boolean {
  if (watchingSinceUsec === undefined || endedAtUsec === undefined || endedAtUsec >= watchingSinceUsec) return false;
  return !evidence.some(({ kind }) => kind === 'call-path');
}
