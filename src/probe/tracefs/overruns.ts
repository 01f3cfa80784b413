import type { Tracefs } from './tracefs.ts';

/** Counts events that were overwritten before we read them. */
export class Overruns {
  readonly #tracefs: Tracefs;
  readonly #directories: readonly string[];
  #known = 0;
  #isSuspected = false;

  constructor(tracefs: Tracefs, instances: readonly string[]) {
    this.#tracefs = tracefs;
    this.#directories = instances.map((instance) => `instances/${instance}/per_cpu`);
  }

  /** The kernel says so before what is left behind a gap. Until then its counters, one for each processor, are not read. */
  suspect(): void {
    this.#isSuspected = true;
  }

  /** Since the last call. */
  count(): number {
    if (!this.#isSuspected) return 0;
    this.#isSuspected = false;
    const total = this.#directories
      .flatMap((directory) => this.#tracefs.list(directory).map((processor) => `${directory}/${processor}/stats`))
      .map((file) => parseOverruns(this.#tracefs.read(file)))
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
