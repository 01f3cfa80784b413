import type { Evidence, JobAdded, StopRequest } from '../model/evidence.ts';
import { asksForShutdown } from '../model/shutdown.ts';
import type { RealtimeUsec } from '../model/time.ts';
import type { Bystanders } from './bystanders.ts';

export interface RequestSpan {
  readonly fromUsec: RealtimeUsec;
  /** When this life of the unit began, as far as is known. */
  readonly upSinceUsec: RealtimeUsec;
  /** Not the same for all: the bus's clock may lag behind PID 1's. */
  readonly latestUsec: (request: StopRequest) => RealtimeUsec;
  /** When the job of the unit that may have been pulled in was added. */
  readonly addedAtUsec: RealtimeUsec | undefined;
}

const maxRequests = 8;
/** Two readings of one clock, under load. */
const slackUsec = 50_000;
/** PID 1 adds the jobs while it deals with the request; it may be busy before. */
const promptUsec = 1_000_000;

/** The last requests for other units, or for the whole machine, that were made before a stop and could have pulled it in. */
export function relatedRequests(unit: string, span: RequestSpan, bystanders: Bystanders): readonly StopRequest[] {
  const related: StopRequest[] = [];
  const requests = bystanders.requests.all();
  for (let index = requests.length - 1; index >= 0 && related.length < maxRequests; index--) {
    const request = requests[index];
    if (request === undefined || request.unit === unit || request.refused !== undefined) continue;
    if (isBefore(request, span) && isAlive(request, span, bystanders)) related.unshift(request);
  }
  return related;
}

/** A shutdown stops what is up when it is asked for, and not what comes up after it: at the next boot, that is. */
function isBefore(request: StopRequest, { fromUsec, upSinceUsec, latestUsec }: RequestSpan): boolean {
  const { atUsec } = request;
  const earliestUsec = asksForShutdown(request) ? Math.max(fromUsec, upSinceUsec) : fromUsec;
  return atUsec === undefined || (atUsec <= latestUsec(request) && atUsec > earliestUsec);
}

/** A request whose job was over before this unit's was added pulled in nothing. Where the reply was not seen, it is the time that tells. */
function isAlive(request: StopRequest, { addedAtUsec }: RequestSpan, { jobEndsUsec }: Bystanders): boolean {
  const { jobId, action, source, atUsec } = request;
  if (addedAtUsec === undefined || action === 'shutdown') return true;
  if (jobId !== undefined) return (jobEndsUsec.get(jobId) ?? addedAtUsec) >= addedAtUsec - slackUsec;
  return source !== 'dbus' || atUsec === undefined || atUsec >= addedAtUsec - promptUsec;
}

/**
 * Whether a call over the bus was refused, unseen: systemd tells a caller who wants no reply nothing, and adds no job. One
 * that is added later is somebody else's.
 */
export function isRefusedUnseen(evidence: Evidence, job: JobAdded | undefined): boolean {
  if (evidence.kind !== 'request' || evidence.source !== 'dbus' || job?.atUsec === undefined) return false;
  const { action, jobId, atUsec = job.atUsec } = evidence;
  return action !== 'kill' && jobId === undefined && job.atUsec - atUsec > promptUsec;
}
