import type { Cause } from '../model/cause.ts';
import type { ClassifiedIncident, CountedStop } from '../model/incident.ts';
import type { RealtimeUsec } from '../model/time.ts';

/** Labels of `systemd_unit_stops_total`, already folded and bounded. */
export interface StopLabels {
  readonly name: string;
  readonly type: string;
  readonly cause: Cause;
  readonly sender: string;
  readonly sender_unit: string;
}

/** A counter as the log keeps it, across restarts and beyond the retention of incidents. */
export interface StopCount {
  readonly labels: StopLabels;
  readonly count: number;
  /** When the series was born: `_created`. */
  readonly createdAtUsec: RealtimeUsec;
  readonly lastStopAtUsec: RealtimeUsec;
  /** Trace id of that last stop: the exemplar. */
  readonly lastTraceId?: string;
}

/** Seconds from the beginning of stops to their end, by cause. */
export interface DurationCount {
  readonly cause: Cause;
  /** Count for each bound of `durationBucketsSeconds`, then the rest; not cumulative. */
  readonly buckets: readonly number[];
  readonly sumSeconds: number;
  readonly createdAtUsec: RealtimeUsec;
}

/** An incident with the labels under which it is counted. */
export interface Addition {
  readonly incident: ClassifiedIncident;
  readonly labels: StopLabels;
}

export interface IncidentQuery {
  readonly unit?: string;
  readonly cause?: string;
  readonly sender?: string;
  readonly limit: number;
  /** Only incidents older than the one with this trace id. */
  readonly before?: string;
}

/**
 * The one truth: an incident is durable here before any sink sees it, and counters, traces and pages
 * are projections of it.
 */
export interface IncidentLog {
  /** False where the trace id is already there: the incident is not counted again. */
  append(incident: ClassifiedIncident, labels: StopLabels): boolean;
  /** The same for many, all of them or none. */
  appendAll(additions: readonly Addition[]): readonly boolean[];
  /** Of the last incidents, those that evidence may tell of again, in the order in which they were counted. */
  countedStops(): readonly CountedStop[];
  /** How far the log has come: the evidence of what is in it now is one day behind us. */
  mark(): number;
  /** From here on no evidence from before a mark is read again. */
  forgetBefore(mark: number): void;
  find(traceId: string): ClassifiedIncident | undefined;
  /** Newest first. */
  list(query: IncidentQuery): readonly ClassifiedIncident[];
  /** Traces not yet acknowledged by a collector: oldest first, after them those that were postponed, least often first. */
  unsentTraces(limit: number): readonly ClassifiedIncident[];
  unsentTraceCount(): number;
  acknowledgeTrace(traceId: string): void;
  /** Puts a trace after those that were postponed less often. */
  postponeTrace(traceId: string): void;
  /** Gives up on a trace: it will not be offered again. */
  dropTrace(traceId: string, reason: string): void;
  /** In the order of their birth, which is the same after a restart. */
  stopCounts(): readonly StopCount[];
  durationCounts(): readonly DurationCount[];
  /** How far a source has read (`stap:/path` → offset, `journal` → cursor). */
  position(source: string): string | undefined;
  setPosition(source: string, position: string): void;
  /** Removes what is older or larger than the retention allows; returns how many unsent traces were lost with it. */
  prune(now: RealtimeUsec): number;
  close(): void;
}

/** Upper bounds of `systemd_unit_stop_duration_seconds`. 90 s is systemd's default stop timeout. */
export const durationBucketsSeconds = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 90, 120, 300] as const;
