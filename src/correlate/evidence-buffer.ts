import type { Evidence } from '../model/evidence.ts';

/** Recent evidence in the order of arrival, bounded by number and age. */
export interface EvidenceBuffer<T extends Evidence> {
  add(evidence: T, arrivalMs: number): void;
  all(): readonly T[];
  remove(evidence: ReadonlySet<Evidence>): void;
  forget(beforeMs: number): void;
}

export function createEvidenceBuffer<T extends Evidence>(maxLength: number): EvidenceBuffer<T> {
  let entries: { readonly evidence: T; readonly arrivalMs: number }[] = [];
  return {
    add(evidence, arrivalMs) {
      entries.push({ evidence, arrivalMs });
      if (entries.length > maxLength) entries = entries.slice(-Math.ceil(maxLength * 0.75));
    },
    all: () => entries.map(({ evidence }) => evidence),
    remove(evidence) {
      entries = entries.filter((entry) => !evidence.has(entry.evidence));
    },
    forget(beforeMs) {
      entries = entries.filter(({ arrivalMs }) => arrivalMs >= beforeMs);
    },
  };
}
