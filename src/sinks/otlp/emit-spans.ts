import {
  type Attributes,
  type HrTime,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { RealtimeUsec } from '../../model/time.ts';
import { systemd } from '../../trace/attribute-names.ts';
import type { PlannedLink, PlannedSpan } from '../../trace/planned-span.ts';
import type { PlannedIds } from './planned-ids.ts';

/** Starts and ends every span of one trace; false where the sampler does not want it. */
export function emitSpans(plan: readonly PlannedSpan[], traceId: string, tracer: Tracer, ids: PlannedIds): boolean {
  const spans = new Map<string, Span>();
  for (const planned of plan) {
    const parent = spans.get(planned.parentSpanId ?? '');
    const context = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
    ids.next(traceId, planned.spanId);
    const options = {
      startTime: hrTime(planned.startUsec),
      attributes: sdkAttributes(planned.attributes),
      links: planned.links.map(sdkLink),
    };
    const span = tracer.startSpan(planned.name, options, context);
    if (!span.isRecording()) return false;
    spans.set(planned.spanId, span);
  }
  for (const planned of plan) finish(planned, spans.get(planned.spanId));
  return true;
}

function finish({ events, errorMessage, endUsec }: PlannedSpan, span: Span | undefined): void {
  for (const { name, attributes, atUsec } of events) span?.addEvent(name, attributes, hrTime(atUsec));
  if (errorMessage !== undefined) span?.setStatus({ code: SpanStatusCode.ERROR, message: errorMessage });
  span?.end(hrTime(endUsec));
}

/** Seconds and nanoseconds: a number would be read as milliseconds, or as time since the process began. */
function hrTime(usec: RealtimeUsec): HrTime {
  const seconds = Math.floor(usec / 1_000_000);
  return [seconds, (usec - seconds * 1_000_000) * 1_000];
}

function sdkLink({ traceId, spanId, reason }: PlannedLink): Link {
  const context = { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
  return { context, attributes: { [systemd.linkReason]: reason } };
}

function sdkAttributes(attributes: PlannedSpan['attributes']): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, typeof value === 'object' ? [...value] : value]),
  );
}
