import type { CallPath } from '../model/evidence.ts';

export interface HomelessPath {
  readonly path: CallPath;
  readonly arrivalMs: number;
}

const maxKept = 1024;

/** Call paths that were printed without their unit, in the order of their arrival. */
export class Homeless {
  #kept: HomelessPath[] = [];

  get isEmpty(): boolean {
    return this.#kept.length === 0;
  }

  /** When the oldest came; Infinity where there is none. */
  get sinceMs(): number {
    return this.#kept[0]?.arrivalMs ?? Number.POSITIVE_INFINITY;
  }

  add(path: CallPath, arrivalMs: number): void {
    if (this.#kept.length < maxKept) this.#kept.push({ path, arrivalMs });
  }

  /** Those that came up to then. */
  take(untilMs = Number.POSITIVE_INFINITY): readonly HomelessPath[] {
    const later = this.#kept.findIndex(({ arrivalMs }) => arrivalMs > untilMs);
    return this.#kept.splice(0, later === -1 ? this.#kept.length : later);
  }
}
