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
  const kept: T[] = [];
  const arrivalsMs: number[] = [];

  /** In place: this runs for every stop, over all that is remembered. */
  function keepWhere(isKept: (evidence: T, index: number) => boolean): void {
    let count = 0;
    kept.forEach((one, index) => {
      if (!isKept(one, index)) return;
      kept[count] = one;
      arrivalsMs[count] = arrivalsMs[index] ?? 0;
      count++;
    });
    kept.length = count;
    arrivalsMs.length = count;
  }

  return {
    add(evidence, arrivalMs) {
      kept.push(evidence);
      arrivalsMs.push(arrivalMs);
      // A quarter at once: moving the rest for each piece of evidence would cost more than it keeps.
      if (kept.length > maxLength) keepWhere((_, index) => index >= maxLength / 4);
    },
    all: () => kept,
    remove(evidence) {
      if (evidence.size > 0) keepWhere((one) => !evidence.has(one));
    },
    forget(beforeMs) {
      keepWhere((_, index) => (arrivalsMs[index] ?? 0) >= beforeMs);
    },
  };
}
