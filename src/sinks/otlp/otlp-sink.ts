import type { ClassifiedIncident, Host } from '../../model/incident.ts';
import type { Sink } from '../sink.ts';
import { type Schedule, type TraceQueue, TraceSender, type TraceTelemetry } from './trace-sender.ts';
import { withinDeadline } from './within-deadline.ts';

export interface OtlpSinkOptions extends TraceTelemetry {
  readonly log: TraceQueue;
  /** Ours; a recorded incident brings its own. */
  readonly host: Host;
  readonly version: string;
  /** One line for the log. */
  readonly report: (message: string) => void;
  /** OTEL_LOG_LEVEL. */
  readonly logLevel?: string | undefined;
  readonly random?: () => number;
  readonly schedule?: Schedule;
}

export interface OtlpSink extends Sink {
  /** Tries to deliver everything that is pending, now; what stays pending could not be delivered. */
  flush(): Promise<void>;
}

/** The last flush must not hold a shutdown: what is still pending is sent after the next start. */
const shutdownDeadlineMs = 2_000;
/** Shorter, or the SDK's own retries would hold the process for the 10 s of OTEL_EXPORTER_OTLP_TIMEOUT. */
const lastAttemptMs = 1_500;

/**
 * Sends each incident of the log as one trace to the collector that OTEL_EXPORTER_OTLP_* names. To be created only
 * where one is configured: loading the SDK costs a second and 50 MB. Rejects where the SDK does not start.
 */
export async function createOtlpSink(options: OtlpSinkOptions): Promise<OtlpSink> {
  const { log, host, version, report, logLevel, random = Math.random, schedule = scheduleUnreferenced } = options;
  const { startSdkTraces } = await import('./sdk-traces.ts');
  const sdk = startSdkTraces({ host, version, report, logLevel });
  const sender = new TraceSender({ queue: log, send: sdk.send, telemetry: options, report, random, schedule });
  sender.poke();
  let stopped: Promise<void> | undefined;
  return {
    name: 'otlp',
    record: (_incident: ClassifiedIncident) => sender.recorded(),
    flush: () => sender.flush(),
    shutdown: () => {
      stopped ??= stop();
      return stopped;
    },
  };

  async function stop(): Promise<void> {
    sdk.hurry(lastAttemptMs);
    await withinDeadline(sender.flush(), shutdownDeadlineMs);
    sender.close();
    await sdk.shutdown();
  }
}

function scheduleUnreferenced(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs).unref();
  return () => clearTimeout(timer);
}
