import type { RealtimeUsec } from '../model/time.ts';
import { lastViewUsec, type OpenStop, stopBeginUsec } from './open-stop.ts';

/** When the stops of a list began and ended. To go through the stops themselves, for each new one, was a fifth of all work. */
export interface StopTimes {
  /** A stop was added to the list, or has changed. */
  note(changed: OpenStop): void;
  /** The first of the list is gone. */
  dropFirst(): void;
  /** The index of the first stop that a view which begins at this time can be of; none before it is. */
  firstInView(beginUsec: RealtimeUsec): number;
  /** The latest end of those that began by this time. */
  lastEndUsec(beginUsec: RealtimeUsec): RealtimeUsec | undefined;
  /** The index of the first of those whose beginning is nearest to a time. */
  nearest(usec: RealtimeUsec): number;
}

export function createStopTimes(stops: readonly OpenStop[]): StopTimes {
  const beginsUsec: RealtimeUsec[] = [];
  const endsUsec: RealtimeUsec[] = [];
  // Of a stop and all before it: where these are too early nobody needs to look further back.
  const latestEndsUsec: RealtimeUsec[] = [];
  const latestViewsUsec: RealtimeUsec[] = [];

  function noteAt(index: number, stop: OpenStop): void {
    const endUsec = endOf(stop) ?? 0;
    beginsUsec[index] = stopBeginUsec(stop) ?? 0;
    endsUsec[index] = endUsec;
    latestEndsUsec[index] = Math.max(latestEndsUsec[index - 1] ?? 0, endUsec);
    latestViewsUsec[index] = Math.max(latestViewsUsec[index - 1] ?? 0, lastViewUsec(stop));
  }

  return {
    note(changed) {
      const first = stops.lastIndexOf(changed);
      if (first === -1) return;
      for (let index = first; index < stops.length; index++) noteAt(index, stops[index] ?? changed);
    },
    dropFirst() {
      for (const times of [beginsUsec, endsUsec, latestEndsUsec, latestViewsUsec]) times.shift();
    },
    firstInView: (beginUsec) => latestViewsUsec.findLastIndex((usec) => usec < beginUsec) + 1,
    lastEndUsec(beginUsec) {
      let last = 0;
      for (let index = stops.length - 1; index >= 0 && (latestEndsUsec[index] ?? 0) > last; index--)
        if ((beginsUsec[index] ?? 0) <= beginUsec) last = Math.max(last, endsUsec[index] ?? 0);
      return last === 0 ? undefined : last;
    },
    nearest(usec) {
      const distance = (beginUsec: RealtimeUsec = Number.POSITIVE_INFINITY): number => Math.abs(beginUsec - usec);
      let best = 0;
      for (let index = 1; index < beginsUsec.length; index++)
        if (distance(beginsUsec[index]) < distance(beginsUsec[best])) best = index;
      return best;
    },
  };
}

function endOf(stop: OpenStop): RealtimeUsec | undefined {
  return stop.sightings.find(({ endUsec }) => endUsec !== undefined)?.endUsec ?? stopBeginUsec(stop);
}
