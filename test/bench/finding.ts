/** What a row of the table measured: the same thing of several contenders, ours first, taken in turns within one run. */
export interface Finding {
  /** "first 200 on /metrics, warm". */
  readonly what: string;
  readonly unit: string;
  readonly samples: ReadonlyMap<string, readonly number[]>;
  /** What issue 7 asks for, and whether this run shows it. */
  readonly reach?: Reach;
}

export interface Reach {
  readonly words: string;
  readonly isReached: boolean;
}

export interface Row {
  readonly name: string;
  /** Runs inside a machine of the system bed: needs root, and debootstrap the first time. */
  readonly needsBed: boolean;
  /** What it measures and how, for `--list`. */
  readonly about: string;
  measure(scale: Scale): Promise<readonly Finding[]>;
}

/** `quick` is for every day; `full` has the sizes of the issue and takes an hour. */
export type Scale = 'quick' | 'full';

/** One number of one contender. */
export function finding(what: string, unit: string, values: Readonly<Record<string, number | readonly number[]>>): Finding {
  const samples = Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? [value] : value] as const);
  return { what, unit, samples: new Map(samples) };
}

export function reaching(found: Finding, words: string, isReached: boolean): Finding {
  return { ...found, reach: { words, isReached } };
}
