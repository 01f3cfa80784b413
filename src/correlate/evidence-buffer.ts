import type { Evidence } from '../model/evidence.ts';

/** Recent evidence in the order of arrival, bounded by number and age. */
export interface EvidenceBuffer<T extends Evidence> {
  add(evidence: T, arrivalMs: number): void;
  /** Not to be kept: it changes with the next call. */
  all(): readonly T[];
  remove(evidence: ReadonlySet<Evidence>): void;
  forget(beforeMs: number): void;
}

export function createEvidenceBuffer<T extends Evidence>(maxLength: number): EvidenceBuffer<T> {
  let kept: T[] = [];
  let arrivalsMs: number[] = [];

  function keepWhere(isKept: (index: number) => boolean): void {
    const indexes = kept.map((_, index) => index).filter(isKept);
    if (indexes.length === kept.length) return;
    arrivalsMs = indexes.map((index) => arrivalsMs[index] ?? 0);
    kept = indexes.flatMap((index) => kept[index] ?? []);
  }

  return {
    add(evidence, arrivalMs) {
      kept.push(evidence);
      arrivalsMs.push(arrivalMs);
      // A quarter at once: moving the rest for each piece of evidence would cost more than it keeps.
      if (kept.length > maxLength) keepWhere((index) => index >= maxLength / 4);
    },
    all: () => kept,
    remove(evidence) {
      if (kept.some((one) => evidence.has(one))) keepWhere((index) => !evidence.has(kept[index] as T));
    },
    forget(beforeMs) {
      if (arrivalsMs.some((arrivalMs) => arrivalMs < beforeMs)) keepWhere((index) => (arrivalsMs[index] ?? 0) >= beforeMs);
    },
  };
}
