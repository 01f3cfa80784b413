import type { IdGenerator } from '@opentelemetry/sdk-trace';

/** Ids of the span that is started next: the SDK asks for them within `startSpan`, which is synchronous. */
export interface PlannedIds extends IdGenerator {
  next(traceId: string, spanId: string): void;
}

export function createPlannedIds(): PlannedIds {
  let planned = { traceId: '', spanId: '' };
  return {
    next: (traceId, spanId) => {
      planned = { traceId, spanId };
    },
    generateTraceId: () => planned.traceId,
    generateSpanId: () => planned.spanId,
  };
}
