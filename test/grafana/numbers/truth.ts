import type { Stop } from './stop.ts';

/** Values by the labels of their series, written `cause=signal instance=…`; a value alone has no labels. */
export type Values = Readonly<Record<string, number>>;

export interface Truth {
  readonly values: Values;
  /** Share by which a value may be off, where a query does not round what `increase()` estimates. */
  readonly tolerance?: number;
  /** Only the series are known, and that their values are above 0. */
  readonly onlySeries?: boolean;
  /** Seconds after the others at which it is asked. */
  readonly later?: number;
}

/** The extrapolation of `increase()` over as many scrapes as the tests wait for. */
export const estimated = 0.12;

export type Label = 'instance' | 'name' | 'cause' | 'sender' | 'sender_unit';

export function exactly(values: Values): Truth {
  return { values };
}

export function single(value: number): Truth {
  return { values: { '': value } };
}

/** How many stops there are of each combination of these labels. Like Prometheus, an empty label is none. */
export function countBy(stops: readonly Stop[], ...labels: readonly Label[]): Values {
  return reduceBy(stops, labels, (group) => group.length);
}

export function reduceBy(stops: readonly Stop[], labels: readonly Label[], reduce: (group: readonly Stop[]) => number): Values {
  const groups = Map.groupBy(stops, (stop) => seriesName(Object.fromEntries(labels.map((label) => [label, stop[label]]))));
  return Object.fromEntries([...groups].map(([name, group]) => [name, reduce(group)]));
}

export function seriesName(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join(' ');
}

export function onlyAbove(values: Values, limit: number): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value >= limit));
}
