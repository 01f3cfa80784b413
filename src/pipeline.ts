import { classify } from './classify/classify.ts';
import { Correlator, type CorrelatorOptions } from './correlate/correlator.ts';
import type { IncidentLog, StopLabels } from './incident-log/incident-log.ts';
import type { EvidenceKind, SourceName } from './model/evidence.ts';
import type { ClassifiedIncident, Incident } from './model/incident.ts';
import type { Sink } from './sinks/sink.ts';
import { type Discarded, isDiscarded, type Observation } from './sources/source.ts';

export interface PipelineParts {
  readonly correlator: CorrelatorOptions;
  readonly log: IncidentLog;
  readonly sinks: readonly Sink[];
  readonly labelsOf: (incident: ClassifiedIncident) => StopLabels;
  readonly isWanted: (unit: string) => boolean;
  readonly telemetry: PipelineTelemetry;
}

/** What the pipeline counts about itself. */
export interface PipelineTelemetry {
  evidenceSeen(source: SourceName, kind: EvidenceKind): void;
  evidenceDiscarded(discarded: Discarded): void;
  callPathUnrecognised(): void;
}

/** Evidence in, incidents made durable and handed to the sinks. Owns no clock: the caller says when it is. */
export interface Pipeline {
  /** @param nowMs a clock that never goes back */
  observe(observation: Observation, nowMs: number): void;
  tick(nowMs: number): void;
  /** Stops are being put together: `tick` is due. */
  isBusy(): boolean;
  /** @param unfinished also stops whose end was not seen: at the end of a recording, never live */
  finish(unfinished: boolean): void;
}

export function createPipeline(parts: PipelineParts): Pipeline {
  const correlator = new Correlator(parts.correlator);

  function observe(observation: Observation, nowMs: number): void {
    if (isDiscarded(observation)) {
      parts.telemetry.evidenceDiscarded(observation);
      return;
    }
    parts.telemetry.evidenceSeen(observation.source, observation.kind);
    correlator.accept(observation, nowMs).forEach(deliver);
  }

  function deliver(incident: Incident): void {
    if (!parts.isWanted(incident.unit)) return;
    const verdict = classify(incident);
    if (verdict === undefined) return;
    if (verdict.callPath.length > 0 && verdict.cause === 'unknown') parts.telemetry.callPathUnrecognised();
    const classified = { incident, verdict };
    if (!parts.log.append(classified, parts.labelsOf(classified))) return;
    for (const sink of parts.sinks) sink.record(classified);
  }

  return {
    observe,
    tick: (nowMs) => correlator.expire(nowMs).forEach(deliver),
    isBusy: () => correlator.isBusy,
    finish: (unfinished) => correlator.drain(unfinished).forEach(deliver),
  };
}
