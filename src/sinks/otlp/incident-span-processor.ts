import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';

/**
 * Gathers the ended spans of one incident. No queue and no timer, unlike the SDK's batches, which are lost with
 * the collector: the incident log is the queue.
 */
export class IncidentSpanProcessor implements SpanProcessor {
  #ended: ReadableSpan[] = [];

  onStart(): void {
    // A span counts once it has ended.
  }

  onEnd(span: ReadableSpan): void {
    this.#ended.push(span);
  }

  /** The spans ended since the last call, as coming from the resource made of the SDK's own. */
  take(resourceOf: (own: Resource) => Resource): ReadableSpan[] {
    const [first] = this.#ended;
    if (first === undefined) return [];
    // One object for all of them: the exporter groups by identity.
    const resource = resourceOf(first.resource);
    const spans = this.#ended.map((span) => withResource(span, resource));
    this.#ended = [];
    return spans;
  }

  async forceFlush(): Promise<void> {
    // Nothing is held: the sender exports what it takes.
  }

  async shutdown(): Promise<void> {
    this.#ended = [];
  }
}

/** The SDK's resource is one for the process; an incident has the host it happened on. */
function withResource(span: ReadableSpan, resource: Resource): ReadableSpan {
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => span.spanContext(),
    ...(span.parentSpanContext !== undefined && { parentSpanContext: span.parentSpanContext }),
    startTime: span.startTime,
    endTime: span.endTime,
    status: span.status,
    attributes: span.attributes,
    links: span.links,
    events: span.events,
    duration: span.duration,
    ended: span.ended,
    resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}
