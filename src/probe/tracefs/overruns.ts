import type { Tracefs } from './tracefs.ts';

/** Counts events that were overwritten before we read them. */
export class Overruns {
  readonly #tracefs: Tracefs;
  readonly #directory: string;
  #known = 0;

  constructor(tracefs: Tracefs, instance: string) {
    this.#tracefs = tracefs;
    this.#directory = `instances/${instance}/per_cpu`;
  }

  /** Since the last call. */
  count(): number {
    const total = this.#tracefs
      .list(this.#directory)
      .map((processor) => parseOverruns(this.#tracefs.read(`${this.#directory}/${processor}/stats`)))
      .reduce((sum, count) => sum + count, 0);
    const lost = Math.max(0, total - this.#known);
    this.#known = total;
    return lost;
  }
}

/** Of the text of `per_cpu/cpuN/stats`. */
export function parseOverruns(stats: string): number {
  return [...stats.matchAll(/^(?:overrun|commit overrun|dropped events): (?<count>\d+)$/gm)]
    .map((match) => Number(match.groups?.['count'] ?? 0))
    .reduce((sum, count) => sum + count, 0);
}
