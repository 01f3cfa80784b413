import { context, diag, logs, ProxyTracerProvider, propagation, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceAttributesEnvDetector, serviceNameEnvDetector } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { ClassifiedIncident, Host } from '../../model/incident.ts';
import { planSpans } from '../../trace/plan-spans.ts';
import { serviceName } from '../../trace/trace-resource.ts';
import { emitSpans } from './emit-spans.ts';
import { type ExportOutcome, failureOutcome } from './export-outcome.ts';
import { incidentResource, ownResource } from './incident-resource.ts';
import { IncidentSpanProcessor } from './incident-span-processor.ts';
import { createPlannedIds } from './planned-ids.ts';
import { hearSdk, type SdkDiagnostics } from './sdk-diagnostics.ts';
import { withinDeadline } from './within-deadline.ts';

/** OpenTelemetry's SDK as the sender needs it. This file is what makes its 2,000 modules load. */
export interface SdkTraces {
  /** One attempt. Never rejects. */
  readonly send: (classified: ClassifiedIncident) => Promise<ExportOutcome>;
  /** From here on an attempt takes no longer than this, whatever OTEL_EXPORTER_OTLP_TIMEOUT says. */
  readonly hurry: (timeoutMs: number) => void;
  readonly shutdown: () => Promise<void>;
}

export interface SdkOptions {
  readonly host: Host;
  readonly version: string;
  readonly report: (message: string) => void;
  readonly logLevel: string | undefined;
}

/** Beyond the exporter's own OTEL_EXPORTER_OTLP_TIMEOUT, which a collector that answers byte by byte never meets. */
const attemptDeadlineMs = 60_000;

/** Throws where the SDK does not start, rather than lose traces unseen. */
export function startSdkTraces({ host, version, report, logLevel }: SdkOptions): SdkTraces {
  const processor = new IncidentSpanProcessor();
  const ids = createPlannedIds();
  const sdk = createSdk(processor, ids, ownResource(host, version));
  const diagnostics = hearSdk(report, logLevel);
  startOnce(sdk);
  const tracer = trace.getTracer(serviceName, version);
  let exporter = new OTLPTraceExporter();

  function draw(classified: ClassifiedIncident): readonly ReadableSpan[] | undefined {
    const { traceId, host: incidentHost } = classified.incident;
    const plan = planSpans(classified);
    const isSampled = emitSpans(plan, traceId, tracer, ids);
    const spans = processor.take((own) => incidentResource(own, host, incidentHost));
    if (!isSampled) return undefined;
    if (spans.length !== plan.length) throw new Error(`${spans.length} of ${plan.length} spans came out of the SDK`);
    return spans;
  }

  async function send(classified: ClassifiedIncident): Promise<ExportOutcome> {
    let spans: readonly ReadableSpan[] | undefined;
    try {
      spans = draw(classified);
    } catch (error) {
      // What cannot be drawn now cannot be drawn later: the queue must get past it.
      return { kind: 'undrawable', reason: `it cannot be drawn: ${error instanceof Error ? error.message : String(error)}` };
    }
    if (spans === undefined) return { kind: 'sampled' };
    const outcome = await withinDeadline(exportSpans(spans, exporter, diagnostics), attemptDeadlineMs);
    return outcome ?? { kind: 'failed', reason: `no answer within ${attemptDeadlineMs / 1000} s` };
  }

  function hurry(timeoutMillis: number): void {
    exporter = new OTLPTraceExporter({ timeoutMillis });
  }

  async function shutdown(): Promise<void> {
    // Not the exporter's own: it waits for what is in flight, has nothing to release, and has had its time.
    await Promise.allSettled([sdk.shutdown()]);
    for (const api of [trace, logs, context, propagation, diag]) api.disable();
  }

  return { send, hurry, shutdown };
}

function createSdk(
  processor: IncidentSpanProcessor,
  idGenerator: ReturnType<typeof createPlannedIds>,
  resource: ReturnType<typeof ownResource>,
): NodeSDK {
  return new NodeSDK({
    resource,
    // The exporter's own pid, arguments and random instance id say nothing about the stop.
    resourceDetectors: [resourceAttributesEnvDetector, serviceNameEnvDetector],
    spanProcessors: [processor],
    idGenerator,
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
    textMapPropagator: null,
  });
}

/** The SDK keeps silent where it is disabled, or where the process has another one already. */
function startOnce(sdk: NodeSDK): void {
  const before = tracerProvider();
  sdk.start();
  if (tracerProvider() === before)
    throw new Error('Cannot start OpenTelemetry: it is disabled, or started by another part of the process');
}

function tracerProvider(): unknown {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider;
}

/** Never rejects. */
async function exportSpans(
  spans: readonly ReadableSpan[],
  exporter: OTLPTraceExporter,
  diagnostics: SdkDiagnostics,
): Promise<ExportOutcome> {
  const { promise, resolve } = Promise.withResolvers<ExportOutcome>();
  try {
    const rejection = await diagnostics.rejectionOf(async () => {
      exporter.export([...spans], ({ code, error }) =>
        resolve(code === exportSucceeded ? { kind: 'sent' } : failureOutcome(error)),
      );
      await promise;
    });
    return rejection === undefined ? await promise : { kind: 'rejected', reason: rejection };
  } catch (error) {
    return failureOutcome(error);
  }
}

/** ExportResultCode.SUCCESS of @opentelemetry/core. */
const exportSucceeded = 0;
