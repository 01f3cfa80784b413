import type { ClassifiedIncident } from '../model/incident.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { semantic, systemd } from './attribute-names.ts';
import { planSpans } from './plan-spans.ts';
import type { PlannedEvent, PlannedLink, PlannedSpan } from './planned-span.ts';
import { serviceName, type TraceResource } from './trace-resource.ts';

/** SPAN_KIND_INTERNAL, STATUS_CODE_ERROR and the flags of a sampled span with a local parent, as opentelemetry.proto numbers them. */
const kindInternal = 1;
const statusUnset = 0;
const statusError = 2;
const flagsSampled = 0x101;
const flagsRemote = 0x301;

/** The trace as an OTLP/JSON file (ExportTraceServiceRequest), which Jaeger's page can upload: what the SDK would send. */
export function otlpJson(classified: ClassifiedIncident, resource: TraceResource): string {
  const { traceId } = classified.incident;
  const scope = { name: serviceName, version: resource[semantic.serviceVersion] };
  const spans = planSpans(classified).map((span) => otlpSpan(span, traceId));
  const scopeSpans = [{ scope, spans }];
  return JSON.stringify({
    resourceSpans: [{ resource: { attributes: otlpAttributes(resource), droppedAttributesCount: 0 }, scopeSpans }],
  });
}

function otlpSpan(span: PlannedSpan, traceId: string): object {
  return {
    traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    kind: kindInternal,
    startTimeUnixNano: nanoseconds(span.startUsec),
    endTimeUnixNano: nanoseconds(span.endUsec),
    attributes: otlpAttributes(span.attributes),
    droppedAttributesCount: 0,
    events: span.events.map(otlpEvent),
    droppedEventsCount: 0,
    status: span.errorMessage === undefined ? { code: statusUnset } : { code: statusError, message: span.errorMessage },
    links: span.links.map(otlpLink),
    droppedLinksCount: 0,
    flags: flagsSampled,
  };
}

function otlpEvent({ name, atUsec, attributes }: PlannedEvent): object {
  return { attributes: otlpAttributes(attributes), name, timeUnixNano: nanoseconds(atUsec), droppedAttributesCount: 0 };
}

function otlpLink({ traceId, spanId, reason }: PlannedLink): object {
  const attributes = otlpAttributes({ [systemd.linkReason]: reason });
  return { attributes, spanId, traceId, droppedAttributesCount: 0, flags: flagsRemote };
}

function otlpAttributes(attributes: PlannedSpan['attributes']): readonly object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: otlpValue(value) }));
}

function otlpValue(value: PlannedSpan['attributes'][string]): object {
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
    default:
      return { arrayValue: { values: value.map((item) => ({ stringValue: item })) } };
  }
}

/** Beyond what a double holds exactly: digits, not arithmetic. */
function nanoseconds(usec: RealtimeUsec): string {
  return String(BigInt(Math.trunc(usec)) * 1000n);
}
