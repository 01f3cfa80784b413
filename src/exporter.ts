import { createDelivery } from './delivery.ts';
import type { IncidentLog } from './incident-log/incident-log.ts';
import { openIncidentLog } from './incident-log/sqlite-incident-log.ts';
import { describeError, type Logger } from './logger.ts';
import type { SourceName } from './model/evidence.ts';
import type { ClassifiedIncident, Host } from './model/incident.ts';
import { createLogLineSink } from './sinks/log-line-sink.ts';
import { isOtlpConfigured } from './sinks/otlp/otlp-environment.ts';
import type { OtlpSink } from './sinks/otlp/otlp-sink.ts';
import { createPrometheusSink, type PrometheusSink } from './sinks/prometheus/prometheus-sink.ts';
import type { Sink } from './sinks/sink.ts';
import { createProcessMetrics } from './telemetry/process-metrics.ts';
import { createTelemetry, type Telemetry } from './telemetry/telemetry.ts';

export interface ExporterOptions {
  readonly version: string;
  readonly host: Host;
  /** Those that are configured. */
  readonly sources: readonly SourceName[];
  readonly storagePath?: string | undefined;
  readonly retentionMs: number;
  readonly maxStorageBytes: number;
  readonly logger: Logger;
  /** Gets the line of each stop. */
  readonly writeStop: (line: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What `serve` and `demo` share: the incident log and everything that is a projection of it. */
export interface Exporter {
  readonly log: IncidentLog;
  readonly telemetry: Telemetry;
  readonly prometheus: PrometheusSink;
  /** Makes incidents durable, then hands them to every sink; one that is known already is not counted again. */
  deliver(incidents: readonly ClassifiedIncident[]): void;
  /** Incidents wait for the log to be writable: what they rest on may have to be read again. */
  isBehind(): boolean;
  /** Loads the trace SDK and sends what was never acknowledged; does nothing where no collector is configured. */
  startTraces(): Promise<void>;
  /** Sends all there is, however long it takes; @returns how many traces the collector did not take. */
  flushTraces(): Promise<number>;
  /** Sinks first, the log last. */
  close(): Promise<void>;
}

/** A process that rests should rest: a sample of its own metrics reads a dozen files. */
const housekeepingMs = 60_000;

export function openExporter(options: ExporterOptions): Exporter {
  const { logger, version } = options;
  const nowUsec = (): number => Date.now() * 1000;
  const log = openIncidentLog({
    ...(options.storagePath === undefined ? {} : { path: options.storagePath }),
    retention: { ageMs: options.retentionMs, maxBytes: options.maxStorageBytes },
  });
  const telemetry = createTelemetry({ version, sources: options.sources });
  const processMetrics = createProcessMetrics();
  void processMetrics.sample(performance.now());
  const onError = (error: unknown): void => logger.error('Something failed', { error: describeError(error) });
  const prometheus = createPrometheusSink({
    now: nowUsec,
    sources: [telemetry.registry, processMetrics],
    views: { load: () => log.position('prometheus-views'), save: (text) => log.setPosition('prometheus-views', text) },
    onError,
  });
  prometheus.restore(log.stopCounts(), log.durationCounts());
  const sinks: Sink[] = [prometheus, createLogLineSink(options.writeStop)];
  let otlp: OtlpSink | undefined;
  const delivery = createDelivery({ log, telemetry, labelsOf: prometheus.labelsOf, sinks, logger });
  const isOtlp = isOtlpConfigured(options.environment);
  const housekeeping = setInterval(() => {
    void processMetrics.sample(performance.now());
    prune({ log, telemetry: isOtlp ? telemetry : undefined, onError }, nowUsec());
  }, housekeepingMs).unref();

  return {
    log,
    telemetry,
    prometheus,
    deliver: (incidents) => delivery.deliver(incidents),
    isBehind: () => delivery.isBehind(),
    async startTraces() {
      if (!isOtlp) return;
      const { createOtlpSink } = await import('./sinks/otlp/otlp-sink.ts');
      otlp = await createOtlpSink({
        log,
        host: options.host,
        version,
        report: (message) => logger.info(message),
        logLevel: options.environment['OTEL_LOG_LEVEL'],
        onSent: () => telemetry.tracesSent(1),
        onDropped: (reason) => telemetry.tracesDropped(reason, 1),
        onPending: telemetry.tracesPending,
      });
      sinks.push(otlp);
    },
    async flushTraces() {
      await otlp?.flush();
      return log.unsentTraceCount();
    },
    async close() {
      clearInterval(housekeeping);
      delivery.close();
      await Promise.allSettled(sinks.map((sink) => sink.shutdown()));
      log.close();
    },
  };
}

/** Without a collector no trace waits to be sent, and none is lost. */
function prune({ log, telemetry, onError }: Pruning, nowUsec: number): void {
  try {
    const lost = log.prune(nowUsec);
    if (lost > 0) telemetry?.tracesDropped('retention', lost);
  } catch (error) {
    onError(error);
  }
}

interface Pruning {
  readonly log: IncidentLog;
  readonly telemetry: Telemetry | undefined;
  readonly onError: (error: unknown) => void;
}
