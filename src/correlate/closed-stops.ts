import type { RealtimeUsec } from '../model/time.ts';
import { type OpenStop, stopBeginUsec } from './open-stop.ts';
import { type Sighting, strip } from './sighting.ts';
import { createStopTimes } from './stop-times.ts';

/** How many closed stops of a unit are remembered, so that a late witness of one is not counted as another. */
const rememberedStops = 128;
/** A stop takes minutes at most: who begins so long before another one is not another view of it. A clock was set back. */
const longBeforeUsec = 600_000_000;

/** The stops of a unit that are closed, the last one last. */
export interface ClosedStops {
  add(stop: OpenStop): void;
  /** One of them has got another sighting. */
  update(stop: OpenStop): void;
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

/** @param isFollowed whether a witness that goes on with this sighting may yet tell when it ended */
export function createClosedStops(isFollowed: (sighting: Sighting) => boolean = () => false): ClosedStops {
  const stops: OpenStop[] = [];
  const traceIds = new Set<string | undefined>();
  const times = createStopTimes(stops);
  let followed: OpenStop[] = [];

  /** It has got another sighting. */
  function update(stop: OpenStop): void {
    times.note(stop);
    if (!followed.includes(stop)) followed.push(stop);
  }

  function noteFollowed(): void {
    followed.forEach(times.note);
    followed = followed.filter(({ sightings }) => sightings.some(isFollowed));
  }

  function dropOldest(): void {
    traceIds.delete(stops.shift()?.traceId);
    times.dropFirst();
  }

  return {
    add(stop) {
      noteFollowed();
      // Its witnesses may have more to say of the last one only.
      for (const { evidence } of stops.at(-1)?.sightings ?? []) evidence.length = 0;
      stops.push(stop);
      traceIds.add(stop.traceId);
      update(stop);
      if (stops.length > rememberedStops) dropOldest();
    },
    update,
    of({ beginUsec, sinceUsec }) {
      if (beginUsec === undefined) return stops;
      const first = sinceUsec === undefined ? times.firstInView(beginUsec) : 0;
      return stops.slice(first).filter((stop) => beginUsec >= (stopBeginUsec(stop) ?? 0) - longBeforeUsec);
    },
    lastEndUsec(beginUsec = Number.POSITIVE_INFINITY) {
      noteFollowed();
      return times.lastEndUsec(beginUsec);
    },
    near: (usec) => (usec === undefined ? stops.at(-1) : stops[times.nearest(usec)]),
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
