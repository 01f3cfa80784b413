import { foldUnitName } from '../../../src/sinks/prometheus/fold-unit-name.ts';

/** Unit → how often. */
export type Times = ReadonlyMap<string, number>;

/** What the exporter and the collector hold in the end. */
export interface Outcome {
  /** By the counter. */
  readonly counted: Times;
  /** Incidents that the exporter serves. */
  readonly served: Times;
  /** Trace id → unit; absent where a row has no collector. */
  readonly stored?: ReadonlyMap<string, string> | undefined;
}

export interface Tally {
  readonly done: number;
  readonly counted: number;
  /** Distinct traces. */
  readonly traced: number | undefined;
  /** Stops that the counter, the pages or the collector lack. */
  readonly lost: number;
  /** Stops that one of them has more than once. */
  readonly doubled: number;
}

/** Compares unit by unit: one stop too few and another one too many do not cancel out. */
export function tally(done: Times, { counted, served, stored }: Outcome): Tally {
  const traced = stored === undefined ? undefined : timesOf(stored.values());
  const views = [served, ...(traced === undefined ? [] : [traced])];
  const excess = [differences(foldedTimes(done), counted), ...views.map((view) => differences(done, view))];
  return {
    done: sum(done.values()),
    counted: sum(counted.values()),
    traced: stored?.size,
    lost: Math.max(...excess.map((view) => sum(view.map((more) => Math.max(0, -more))))),
    doubled: Math.max(...excess.map((view) => sum(view.map((more) => Math.max(0, more))))),
  };
}

/** The counter has one name for all instances of a template. */
function foldedTimes(times: Times): Times {
  return timesOf([...times].flatMap(([unit, count]) => Array<string>(count).fill(foldUnitName(unit))));
}

export function timesOf(units: Iterable<string>): Times {
  const times = new Map<string, number>();
  for (const unit of units) times.set(unit, (times.get(unit) ?? 0) + 1);
  return times;
}

export function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

function differences(done: Times, view: Times): readonly number[] {
  return [...new Set([...done.keys(), ...view.keys()])].map((unit) => (view.get(unit) ?? 0) - (done.get(unit) ?? 0));
}
