import type { Evidence } from '../model/evidence.ts';
import type { ClassifiedIncident, Incident, Verdict } from '../model/incident.ts';

/** The stored form: evidence that the verdict rests on is a number, its place in `evidence` followed by `related`. */
interface StoredIncident {
  readonly incident: Incident;
  readonly verdict: Omit<Verdict, 'basis'> & { readonly basis: readonly (Evidence | number)[] };
}

/**
 * What the verdict rests on is stored once, and is the same object again when read: a page that marks it
 * among the evidence compares objects.
 */
export function encodeIncident({ incident, verdict }: ClassifiedIncident): string {
  const places = new Map([...incident.evidence, ...incident.related].map((evidence, index) => [evidence, index]));
  const basis = verdict.basis.map((evidence) => places.get(evidence) ?? evidence);
  const stored: StoredIncident = { incident, verdict: { ...verdict, basis } };
  return JSON.stringify(stored, withoutBigInt);
}

export function decodeIncident(text: string): ClassifiedIncident {
  const { incident, verdict } = JSON.parse(text) as StoredIncident;
  const all = [...incident.evidence, ...incident.related];
  const basis = verdict.basis.flatMap((entry) => (typeof entry === 'number' ? (all[entry] ?? []) : entry));
  return { incident, verdict: { ...verdict, basis } };
}

/** The model has none, but D-Bus libraries give 64-bit numbers as BigInt, and one that slips through must not lose the stop. */
function withoutBigInt(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
