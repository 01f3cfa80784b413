import type { Verdict } from '../model/incident.ts';
import type { Process } from '../model/process.ts';
import { systemd } from './attribute-names.ts';
import { isSpanId, isTraceId, spanIdOf } from './ids.ts';
import type { PlannedLink, PlannedSpan } from './planned-span.ts';
import { boundedText } from './trace-bounds.ts';

/** The role of every incident's root span: with it another incident's root can be named from its trace id alone. */
export const rootKey = 'stop';

/** To the trace the sender runs in, and to the stop that pulled this one in. */
export function spanLinks({ sender, ancestry, triggeredBy }: Verdict): readonly PlannedLink[] {
  const links: PlannedLink[] = [];
  const caller = traceOfSender(sender, ancestry);
  if (caller !== undefined) links.push(caller);
  const cause = triggeredBy?.traceId;
  if (triggeredBy !== undefined && cause !== undefined && isTraceId(cause)) {
    links.push({
      traceId: cause,
      spanId: spanIdOf(cause, rootKey),
      reason: boundedText(`pulled in by the stop of ${triggeredBy.unit}`),
    });
  }
  return links;
}

/** Jaeger does not show a link's own attributes: what they are for stands on the span too. */
export function linkAttributes(verdict: Verdict): PlannedSpan['attributes'] {
  const { sender, ancestry, triggeredBy } = verdict;
  const caller = traceOfSender(sender, ancestry);
  return {
    ...(caller !== undefined && { [systemd.senderTrace]: caller.traceId }),
    ...(triggeredBy !== undefined && { [systemd.triggeredBy]: boundedText(triggeredBy.unit) }),
    ...(triggeredBy?.traceId !== undefined && { [systemd.triggeredByTrace]: boundedText(triggeredBy.traceId) }),
  };
}

/** The sender's own TRACEPARENT, or that of the nearest ancestor that has one. */
function traceOfSender(sender: Process | undefined, ancestry: readonly Process[]): PlannedLink | undefined {
  if (sender === undefined) return undefined;
  for (const process of [sender, ...ancestry.toReversed()]) {
    const context = process.traceparent === undefined ? undefined : parseTraceparent(process.traceparent);
    if (context !== undefined) return { ...context, reason: boundedText(`TRACEPARENT of ${process.name}`) };
  }
  return undefined;
}

/** W3C trace context: version, trace id, span id, flags; a later version may append more. */
function parseTraceparent(text: string): { readonly traceId: string; readonly spanId: string } | undefined {
  const [version, traceId, spanId, flags] = text.trim().split('-');
  if (version === undefined || !/^[0-9a-f]{2}$/.test(version) || version === 'ff' || flags === undefined) return undefined;
  if (traceId === undefined || spanId === undefined || !isTraceId(traceId) || !isSpanId(spanId)) return undefined;
  return { traceId, spanId };
}
