import { closedMemoryMs, createUnitTimeline, type UnitTimeline } from './unit-timeline.ts';

/** One transient unit after another must not grow the table of units for ever: those not heard of for longest go. */
const maxUnits = 8_192;
/** Units at rest hold little that has to go, and there are many of them. */
const tidyEveryMs = 10_000;

/** What is known of each unit. */
export interface UnitTimelines {
  /** Of a unit that is heard of now. */
  of(unit: string): UnitTimeline;
  known(unit: string): UnitTimeline | undefined;
  /** It holds something now that has to go some time. */
  gaveEvidence(timeline: UnitTimeline, atMs: number): void;
  /** Lets go of what units at rest still hold, of all that came too long before `sinceMs`. */
  tidy(nowMs: number, sinceMs: number): void;
}

export function createUnitTimelines(): UnitTimelines {
  /** Those heard of last come last. */
  const timelines = new Map<string, UnitTimeline>();
  let lastHeardOf: UnitTimeline | undefined;
  /** Those that hold something that has to go some time, and when at the earliest. */
  const untidy = new Map<UnitTimeline, number>();
  let tidiedAtMs = 0;

  function forgetIdleUnit(): void {
    for (const [unit, { openStops }] of timelines) {
      if (openStops.length > 0) continue;
      timelines.delete(unit);
      return;
    }
  }

  return {
    of(unit) {
      // What is told of a unit comes in one go, more often than not.
      if (lastHeardOf?.unit === unit) return lastHeardOf;
      const known = timelines.get(unit);
      if (known !== undefined) timelines.delete(unit);
      else if (timelines.size >= maxUnits) forgetIdleUnit();
      lastHeardOf = known ?? createUnitTimeline(unit);
      timelines.set(unit, lastHeardOf);
      return lastHeardOf;
    },
    known: (unit) => timelines.get(unit),
    gaveEvidence(timeline, atMs) {
      if (!untidy.has(timeline)) untidy.set(timeline, atMs + closedMemoryMs);
    },
    tidy(nowMs, sinceMs) {
      if (nowMs - tidiedAtMs < tidyEveryMs) return;
      tidiedAtMs = nowMs;
      for (const [timeline, fromMs] of untidy) if (sinceMs >= fromMs && timeline.forget(sinceMs)) untidy.delete(timeline);
    },
  };
}
