import type { Gathered } from './gather.ts';

/** Trace ids of the stops, closed or under way, of the other units that a stop's evidence names. */
export function neighboursOf(
  unit: string,
  { evidence, related }: Gathered,
  traceIdOf: (unit: string) => string | undefined,
): Readonly<Record<string, string>> {
  const named = new Set([
    ...related.map((one) => ('unit' in one ? one.unit : undefined)),
    ...evidence.map((one) => (one.kind === 'job-pulled' ? one.byUnit : undefined)),
  ]);
  const neighbours: Record<string, string> = {};
  for (const other of named) {
    const traceId = other === undefined || other === unit ? undefined : traceIdOf(other);
    if (other !== undefined && traceId !== undefined) neighbours[other] = traceId;
  }
  return neighbours;
}
