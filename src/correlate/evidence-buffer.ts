import type { Evidence } from '../model/evidence.ts';

/** Recent evidence in the order of arrival, bounded by number and age. */
export interface EvidenceBuffer<T extends Evidence> {
  add(evidence: T, arrivalMs: number): void;
  /** Not to be kept: it changes with the next call. */
  all(): readonly T[];
  remove(evidence: readonly Evidence[]): void;
  removeWhere(isGone: (evidence: T) => boolean): void;
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

  /** The first of them. */
  function drop(count: number): void {
    if (count === 0) return;
    kept.splice(0, count);
    arrivalsMs.splice(0, count);
  }

  return {
    add(evidence, arrivalMs) {
      kept.push(evidence);
      arrivalsMs.push(arrivalMs);
      // A quarter at once: moving the rest for each piece of evidence would cost more than it keeps.
      if (kept.length > maxLength) drop(Math.ceil(maxLength / 4));
    },
    all: () => kept,
    remove(evidence) {
      if (kept.length === 0) return;
      const gone = new Set<Evidence>(evidence);
      keepWhere((one) => !gone.has(one));
    },
    removeWhere(isGone) {
      if (kept.some(isGone)) keepWhere((one) => !isGone(one));
    },
    forget(beforeMs) {
      const old = arrivalsMs.findIndex((arrivalMs) => arrivalMs >= beforeMs);
      drop(old === -1 ? kept.length : old);
      // What comes after the first is younger, unless that is to be kept for ever.
      if (arrivalsMs[0] === Number.POSITIVE_INFINITY) keepWhere((_, index) => (arrivalsMs[index] ?? 0) >= beforeMs);
    },
  };
}
