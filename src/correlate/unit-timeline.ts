import type { Evidence } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { BusTracker } from './bus-tracker.ts';
import { removeEarlierViews } from './bystanders.ts';
import { createClosedStops } from './closed-stops.ts';
import { createEvidenceBuffer } from './evidence-buffer.ts';
import { JournalTracker } from './journal-tracker.ts';
import { joins, nearestTo, type OpenStop, stopBeginUsec, stopEndUsec } from './open-stop.ts';
import { ProbeTracker } from './probe-tracker.ts';
import { type Sighting, strip, type Witness, type WitnessTracker } from './sighting.ts';

const maxLooseEvidence = 256;
const looseMemoryMs = 150_000;
/** How long the witnesses of a closed stop may have more to say of it. */
export const closedMemoryMs = 30_000;

/** Everything known of one unit: its stops under way, those just closed, and evidence not yet used. */
export interface UnitTimeline {
  readonly unit: string;
  readonly openStops: readonly OpenStop[];
  /** @param arrival when it came, and whether so many stops are under way that another one can only be counted */
  accept(evidence: Evidence, arrival: Arrival): 'used' | 'late';
  close(stop: OpenStop): void;
  /** A stop that was closed before, by an earlier run: what is told of it again is late. */
  remember(stop: OpenStop): void;
  /** Evidence of this unit that no sighting holds. */
  loose(): readonly Evidence[];
  consume(evidence: readonly Evidence[]): void;
  /** The end of the stop closed before one that began at this time, to keep its evidence out of it. */
  lastClosedEndUsec(beginUsec?: RealtimeUsec): RealtimeUsec | undefined;
  /** The closed stop nearest to a time; the last one where there is no time. */
  closedNear(usec: RealtimeUsec | undefined): OpenStop | undefined;
  /** Whether one of the stops closed before has this trace id. */
  hasTraceId(traceId: string): boolean;
  /** Lets go of what came too long before this time; whether nothing is left that will be let go of. */
  forget(sinceMs: number): boolean;
}

export interface Arrival {
  /** Monotonic. */
  readonly atMs: number;
  readonly isCrowded: boolean;
}

export function createUnitTimeline(unit: string): UnitTimeline {
  const trackers: Record<Witness, WitnessTracker> = {
    bus: new BusTracker(),
    probe: new ProbeTracker(),
    journal: new JournalTracker(),
  };
  const openStops: OpenStop[] = [];
  const closedStops = createClosedStops(
    (sighting) => sighting.witness !== 'log' && trackers[sighting.witness].current === sighting,
  );
  const looseEvidence = createEvidenceBuffer<Evidence>(maxLooseEvidence);

  function accept(evidence: Evidence, arrival: Arrival): 'used' | 'late' {
    if (evidence.kind === 'request') removeEarlierViews(looseEvidence, evidence);
    if (isLoose(evidence)) looseEvidence.add(evidence, arrival.atMs);
    const sighting = trackers[witnessOf(evidence)].accept(evidence);
    for (const stop of openStops) stop.lastArrivalMs = arrival.atMs;
    return sighting === undefined ? 'used' : place(sighting, arrival);
  }

  function place(sighting: Sighting, { atMs, isCrowded }: Arrival): 'used' | 'late' {
    const stop = nearest(
      sighting,
      [...closedStops.of(sighting), ...openStops].filter((candidate) => joins(sighting, candidate)),
    );
    const isBare = stop === undefined ? isCrowded : stop.isBare === true;
    if (isBare) strip(sighting);
    if (stop === undefined) {
      openStops.push({ unit, sightings: [sighting], firstArrivalMs: atMs, lastArrivalMs: atMs, isBare });
      return 'used';
    }
    stop.sightings.push(sighting);
    stop.lastArrivalMs = atMs;
    if (openStops.includes(stop)) return 'used';
    closedStops.update(stop);
    // It has been explained: what was read again for it must not explain the next one.
    looseEvidence.removeWhere((evidence) => isDuring(evidence, stop));
    return 'late';
  }

  function close(stop: OpenStop): void {
    openStops.splice(openStops.indexOf(stop), 1);
    closedStops.add(stop);
  }

  function forget(sinceMs: number): boolean {
    // Of a stop under way, however long it takes: there is not much of one unit.
    looseEvidence.forget(Math.min(sinceMs, ...openStops.map(({ firstArrivalMs }) => firstArrivalMs)) - looseMemoryMs);
    const isForgotten = closedStops.forget(sinceMs - closedMemoryMs);
    return isForgotten && openStops.length === 0 && looseEvidence.all().length === 0;
  }

  return {
    unit,
    openStops,
    accept,
    close,
    remember: closedStops.add,
    loose: looseEvidence.all,
    consume: looseEvidence.remove,
    lastClosedEndUsec: closedStops.lastEndUsec,
    closedNear: closedStops.near,
    hasTraceId: closedStops.hasTraceId,
    forget,
  };
}

/** Relations are remembered until they change. */
const heldElsewhere: ReadonlySet<Evidence['kind']> = new Set(['unit-state', 'service-state', 'call-path', 'unit-relations']);

/** The trackers hold states and call paths themselves; the rest waits here for a stop to explain. */
function isLoose(evidence: Evidence): boolean {
  return !heldElsewhere.has(evidence.kind);
}

function witnessOf(evidence: Evidence): Witness {
  switch (evidence.kind) {
    case 'call-path':
      return 'probe';
    case 'journal':
      return 'journal';
    default:
      return 'bus';
  }
}

/** The stop whose beginning is nearest in time; the oldest where there is no time. */
function nearest(sighting: Sighting, stops: readonly OpenStop[]): OpenStop | undefined {
  return sighting.beginUsec === undefined ? stops[0] : nearestTo(sighting.beginUsec, stops);
}

function isDuring({ atUsec }: Evidence, stop: OpenStop): boolean {
  const [begin, end] = [stopBeginUsec(stop), stopEndUsec(stop)];
  return atUsec !== undefined && begin !== undefined && atUsec >= begin && atUsec <= (end ?? begin);
}
