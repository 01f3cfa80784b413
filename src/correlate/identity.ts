import { createHash } from 'node:crypto';
import type { Evidence, StopRequest } from '../model/evidence.ts';
import type { Host, Incident } from '../model/incident.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { traceIdOf } from '../trace/ids.ts';
import { type OpenStop, stopBeginUsec, stopEndUsec } from './open-stop.ts';

type Identity = Pick<Incident, 'traceId' | 'occurredAtUsec' | 'timeBasis' | 'endedAtUsec' | 'invocationId' | 'jobId'>;

/** When a stop happened, and the id that follows from it: the same evidence gives the same id, live or replayed. */
export function identityOf(stop: OpenStop, evidence: readonly Evidence[], host: Host, readAtUsec: RealtimeUsec): Identity {
  const time = timeOf(stop, evidence, readAtUsec);
  const invocationId = stop.sightings.find((sighting) => sighting.invocationId !== undefined)?.invocationId;
  const jobId = stop.sightings.find((sighting) => sighting.jobId !== undefined)?.jobId;
  const key = time.timeBasis === 'reported' ? String(time.occurredAtUsec) : digest(evidence);
  const traceId = traceIdOf({ machineId: host.machineId, bootId: host.bootId, unit: stop.unit, key });
  const end = stopEndUsec(stop);
  return {
    traceId,
    ...time,
    ...(end === undefined || time.timeBasis !== 'reported' ? {} : { endedAtUsec: Math.max(end, time.occurredAtUsec) }),
    ...(invocationId === undefined ? {} : { invocationId }),
    ...(jobId === undefined ? {} : { jobId }),
  };
}

function timeOf(stop: OpenStop, evidence: readonly Evidence[], readAtUsec: RealtimeUsec): Pick<Incident, 'occurredAtUsec' | 'timeBasis'> {
  const begin = stopBeginUsec(stop);
  if (begin !== undefined) return { occurredAtUsec: Math.min(begin, ...requestTimes(evidence, begin)), timeBasis: 'reported' };
  const bounds = evidence.flatMap(lowerBounds);
  return bounds.length > 0 ? { occurredAtUsec: Math.max(...bounds), timeBasis: 'after' } : { occurredAtUsec: readAtUsec, timeBasis: 'read' };
}

function requestTimes(evidence: readonly Evidence[], begin: RealtimeUsec): readonly RealtimeUsec[] {
  const requests = evidence.filter((one): one is StopRequest => one.kind === 'request' && one.refused === undefined && one.action !== 'start');
  return requests.map(({ atUsec }) => atUsec).filter((usec): usec is RealtimeUsec => usec !== undefined && usec <= begin);
}

/** A recording without receipt times still says when the unit had last started: the stop came after that. */
function lowerBounds(evidence: Evidence): readonly RealtimeUsec[] {
  if (evidence.kind !== 'unit-state') return [];
  const { inactiveExitedAtUsec, activeEnteredAtUsec, inactiveEnteredAtUsec } = evidence;
  return [inactiveExitedAtUsec, activeEnteredAtUsec, inactiveEnteredAtUsec].filter((usec) => usec !== undefined);
}

function digest(evidence: readonly Evidence[]): string {
  const hash = createHash('sha256');
  for (const { raw } of evidence) hash.update(raw).update('\0');
  return hash.digest('hex');
}
