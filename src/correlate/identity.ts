import { createHash } from 'node:crypto';
import type { Evidence, RequestAction } from '../model/evidence.ts';
import type { Host, Incident } from '../model/incident.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { traceIdOf } from '../trace/ids.ts';
import { type OpenStop, stopBeginUsec, stopEndUsec } from './open-stop.ts';

type Identity = Pick<Incident, 'traceId' | 'occurredAtUsec' | 'timeBasis' | 'endedAtUsec' | 'invocationId' | 'jobId'>;

export interface IdentityContext {
  readonly host: Host;
  /** The time of a stop whose evidence has none. */
  readonly readAtUsec: RealtimeUsec;
  /** Whether another stop of this unit has this trace id. */
  readonly isTaken: (traceId: string) => boolean;
}

/** When a stop happened, and the id that follows from it: the same evidence gives the same id, live or replayed. */
export function identityOf(
  stop: OpenStop,
  evidence: readonly Evidence[],
  { host, readAtUsec, isTaken }: IdentityContext,
): Identity {
  const time = timeOf(stop, evidence, readAtUsec);
  const invocationId = stop.sightings.find((sighting) => sighting.invocationId !== undefined)?.invocationId;
  const jobId = stop.sightings.find((sighting) => sighting.jobId !== undefined)?.jobId;
  const key = time.timeBasis === 'reported' ? String(time.occurredAtUsec) : digest(evidence);
  const traceId = freeTraceId(
    key,
    (unique) => traceIdOf({ machineId: host.machineId, bootId: host.bootId, unit: stop.unit, key: unique }),
    isTaken,
  );
  const end = stopEndUsec(stop);
  return {
    traceId,
    ...time,
    ...(end === undefined || time.timeBasis !== 'reported' ? {} : { endedAtUsec: Math.max(end, time.occurredAtUsec) }),
    ...(invocationId === undefined ? {} : { invocationId }),
    ...(jobId === undefined ? {} : { jobId }),
  };
}

/** debug.stp of 2020 tells the time in whole seconds: two stops may share it, and are still two. */
function freeTraceId(key: string, idOf: (key: string) => string, isTaken: (traceId: string) => boolean): string {
  let traceId = idOf(key);
  for (let ordinal = 2; isTaken(traceId); ordinal++) traceId = idOf(`${key}#${ordinal}`);
  return traceId;
}

function timeOf(
  stop: OpenStop,
  evidence: readonly Evidence[],
  readAtUsec: RealtimeUsec,
): Pick<Incident, 'occurredAtUsec' | 'timeBasis'> {
  const begin = stopBeginUsec(stop);
  // The last request before it: an earlier one may have been refused, unseen.
  if (begin !== undefined) return { occurredAtUsec: lastRequestUsec(evidence, begin) ?? begin, timeBasis: 'reported' };
  const bounds = evidence.flatMap(lowerBounds);
  return bounds.length > 0
    ? { occurredAtUsec: Math.max(...bounds), timeBasis: 'after' }
    : { occurredAtUsec: readAtUsec, timeBasis: 'read' };
}

const stopsNothing: ReadonlySet<RequestAction> = new Set(['start', 'reload', 'manager-reload', 'clean']);

function lastRequestUsec(evidence: readonly Evidence[], begin: RealtimeUsec): RealtimeUsec | undefined {
  let last: RealtimeUsec | undefined;
  for (const one of evidence) {
    if (one.kind !== 'request' || one.refused !== undefined || stopsNothing.has(one.action)) continue;
    if (one.atUsec !== undefined && one.atUsec <= begin) last = Math.max(last ?? 0, one.atUsec);
  }
  return last;
}

/** A recording without receipt times still says when the unit had last started: the stop came after that. */
function lowerBounds(evidence: Evidence): readonly RealtimeUsec[] {
  if (evidence.kind !== 'unit-state') return [];
  const { inactiveExitedAtUsec, activeEnteredAtUsec, inactiveEnteredAtUsec } = evidence;
  return [inactiveExitedAtUsec, activeEnteredAtUsec, inactiveEnteredAtUsec].filter((usec) => usec !== undefined);
}

function digest(evidence: readonly Evidence[]): string {
  const hash = createHash('sha256');
  for (const { raw, origin } of evidence) hash.update(`${origin?.line ?? 0}\0${raw}\0`);
  return hash.digest('hex');
}
