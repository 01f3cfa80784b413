import { Counter, Gauge, Registry } from 'prom-client';
import type { EvidenceKind, SourceName } from '../model/evidence.ts';
import { type DiscardReason, discardReasons } from '../sources/source.ts';
import { expectedKinds } from './expected-kinds.ts';

/** What the exporter says about itself. Everything it counts is there at zero from the start. */
export interface Telemetry {
  /** The metrics below, to be rendered with the stops. */
  readonly registry: Registry;
  evidenceSeen(source: SourceName, kind: EvidenceKind): void;
  evidenceDiscarded(source: SourceName, reason: DiscardReason): void;
  /** Evidence came for a stop whose incident was closed. */
  evidenceLate(): void;
  sourceUp(source: SourceName, up: boolean): void;
  /** It works, and sees less than it could. */
  sourceDegraded(source: SourceName, degraded: boolean): void;
  /** A backtrace that fits no row of the call paths. */
  callPathUnrecognised(): void;
  /** A stop that the incident log has already: evidence was read again. */
  incidentRepeated(): void;
  /** The incident log could not be written. */
  incidentLogFailed(): void;
  /** Stops that wait in memory until it can. */
  incidentsWaiting(count: number): void;
  tracesSent(count: number): void;
  tracesPending(count: number): void;
  tracesDropped(reason: TraceDropReason, count: number): void;
}

/** `retention`: it was too old or the log too large before it could be sent. `sampled`: OTEL_TRACES_SAMPLER left it out. `undrawable`: no spans can be made of it. */
const traceDropReasons = ['retention', 'sampled', 'undrawable'] as const;
type TraceDropReason = (typeof traceDropReasons)[number];

export interface TelemetryOptions {
  readonly version: string;
  /** Those that are configured: the others have no series. */
  readonly sources: readonly SourceName[];
}

export function createTelemetry({ version, sources }: TelemetryOptions): Telemetry {
  const registry = new Registry();
  const { up, degraded, seen, discarded, late } = evidenceMetrics(registry, sources);
  const { unrecognised, repeated, failed, waiting } = incidentMetrics(registry);
  const { sent, pending, dropped } = traceMetrics(registry);
  buildInfo(registry, version);
  return {
    registry,
    evidenceSeen: (source, kind) => seen.inc({ source, kind }),
    evidenceDiscarded: (source, reason) => discarded.inc({ source, reason }),
    evidenceLate: () => late.inc(),
    sourceUp: (source, isUp) => up.set({ source }, isUp ? 1 : 0),
    sourceDegraded: (source, isDegraded) => degraded.set({ source }, isDegraded ? 1 : 0),
    callPathUnrecognised: () => unrecognised.inc(),
    incidentRepeated: () => repeated.inc(),
    incidentLogFailed: () => failed.inc(),
    incidentsWaiting: (count) => waiting.set(count),
    tracesSent: (count) => sent.inc(count),
    tracesPending: (count) => pending.set(count),
    tracesDropped: (reason, count) => dropped.inc({ reason }, count),
  };
}

const prefix = 'systemd_stop_exporter_';

function counter<T extends string>(registry: Registry, name: string, help: string, labelNames: readonly T[] = []): Counter<T> {
  return new Counter<T>({ name: prefix + name, help, labelNames, registers: [registry] });
}

function gauge<T extends string>(registry: Registry, name: string, help: string, labelNames: readonly T[] = []): Gauge<T> {
  return new Gauge<T>({ name: prefix + name, help, labelNames, registers: [registry] });
}

function evidenceMetrics(registry: Registry, sources: readonly SourceName[]) {
  const up = gauge(registry, 'source_up', 'Whether a configured source of evidence is working.', ['source']);
  const degraded = gauge(registry, 'source_degraded', 'Whether a source works, but sees less than it could: see "check".', [
    'source',
  ]);
  const seen = counter(registry, 'evidence_total', 'Pieces of evidence seen.', ['source', 'kind']);
  const discarded = counter(registry, 'evidence_discarded_total', 'Input that could not be read as evidence.', [
    'source',
    'reason',
  ]);
  const late = counter(
    registry,
    'incidents_late_evidence_total',
    'Evidence that came after the incident it belongs to was closed.',
  );
  for (const source of sources) {
    up.set({ source }, 0);
    degraded.set({ source }, 0);
    for (const kind of expectedKinds[source]) seen.inc({ source, kind }, 0);
    for (const reason of discardReasons) discarded.inc({ source, reason }, 0);
  }
  return { up, degraded, seen, discarded, late };
}

function incidentMetrics(registry: Registry) {
  return {
    unrecognised: counter(registry, 'call_path_unrecognised_total', 'Backtraces of PID 1 that fit no known call path.'),
    repeated: counter(registry, 'incidents_repeated_total', 'Stops that were seen again and not counted again.'),
    failed: counter(registry, 'incident_log_failures_total', 'Reads and writes of the incident log that failed.'),
    waiting: gauge(
      registry,
      'incidents_waiting',
      'Stops that wait in memory, not counted yet, until the incident log can be written.',
    ),
  };
}

function traceMetrics(registry: Registry) {
  const sent = counter(registry, 'traces_sent_total', 'Traces that the collector has acknowledged.');
  const pending = gauge(registry, 'traces_pending', 'Traces that the collector has not acknowledged yet.');
  const dropped = counter(registry, 'traces_dropped_total', 'Traces that were given up.', ['reason']);
  for (const reason of traceDropReasons) dropped.inc({ reason }, 0);
  return { sent, pending, dropped };
}

function buildInfo(registry: Registry, version: string): void {
  const labels = ['version', 'node_version'] as const;
  gauge(registry, 'build_info', 'Version of the exporter and of Node; always 1.', labels).set(
    { version, node_version: process.version },
    1,
  );
}
