import type { RealtimeUsec } from '../model/time.ts';
import { nearestTo, type OpenStop, stopBeginUsec } from './open-stop.ts';
import { type Sighting, strip } from './sighting.ts';

/** How many closed stops of a unit are remembered, so that a late witness of one is not counted as another. */
const rememberedStops = 128;
/** A stop takes minutes at most: who begins so long before another one is not another view of it. A clock was set back. */
const longBeforeUsec = 600_000_000;

/** The stops of a unit that are closed, the last one last. */
export interface ClosedStops {
  add(stop: OpenStop): void;
  /** Those that a sighting may be another view of, by its time. */
  of(sighting: Sighting): readonly OpenStop[];
  /** The end of the last one that began before this time. A later one may have been closed first: it had more witnesses. */
  lastEndUsec(beginUsec?: RealtimeUsec): RealtimeUsec | undefined;
  /** The one nearest to a time; the last one where there is no time. */
  near(usec: RealtimeUsec | undefined): OpenStop | undefined;
  hasTraceId(traceId: string): boolean;
  /** Lets go of the evidence of what closed before; whether none is left. */
  forget(beforeMs: number): boolean;
}

export function createClosedStops(): ClosedStops {
  const stops: OpenStop[] = [];
  const traceIds = new Set<string | undefined>();
  return {
    add(stop) {
      // Its witnesses may have more to say of the last one only.
      for (const { evidence } of stops.at(-1)?.sightings ?? []) evidence.length = 0;
      stops.push(stop);
      traceIds.add(stop.traceId);
      if (stops.length > rememberedStops) traceIds.delete(stops.shift()?.traceId);
    },
    of: ({ beginUsec }) =>
      beginUsec === undefined ? stops : stops.filter((stop) => beginUsec >= (stopBeginUsec(stop) ?? 0) - longBeforeUsec),
    lastEndUsec(beginUsec = Number.POSITIVE_INFINITY) {
      let last: RealtimeUsec | undefined;
      for (const stop of stops) {
        const end = (stopBeginUsec(stop) ?? 0) <= beginUsec ? endOf(stop) : undefined;
        if (end !== undefined && (last === undefined || end >= last)) last = end;
      }
      return last;
    },
    near: (usec) => (usec === undefined ? stops.at(-1) : nearestTo(usec, stops)),
    hasTraceId: (traceId) => traceIds.has(traceId),
    forget(beforeMs) {
      const last = stops.at(-1);
      if (last === undefined) return true;
      if (last.lastArrivalMs >= beforeMs) return false;
      last.sightings.forEach(strip);
      return true;
    },
  };
}

function endOf(stop: OpenStop): RealtimeUsec | undefined {
  return stop.sightings.find(({ endUsec }) => endUsec !== undefined)?.endUsec ?? stopBeginUsec(stop);
}
