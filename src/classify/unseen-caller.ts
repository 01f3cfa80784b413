import { isConnection, type StopRequest } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import type { Finding } from './cause-rules.ts';
import type { Facts } from './facts.ts';

/** Between a command that begins, or connects, and PID 1 that does what it asks. */
const connectedUsec = 2_000_000;

export function isShortlyBefore(beforeUsec = 0, atUsec = 0): boolean {
  return beforeUsec <= atUsec && atUsec - beforeUsec <= connectedUsec;
}

/** The last request; where PID 1 did not tell its caller, the command that was about to ask for just this. */
export function lastRequest(requests: readonly StopRequest[]): StopRequest | undefined {
  const last = requests.at(-1);
  if (last === undefined || last.sender !== undefined || last.busName !== undefined) return last;
  return requests.findLast((one) => one.sender !== undefined && isShortlyBefore(one.atUsec, last.atUsec)) ?? last;
}

/** The only one who talked to PID 1 right before a job that nothing else explains. */
export function byConnection({ incident }: Facts): Finding | undefined {
  const caller = onlyConnection(incident, incident.occurredAtUsec);
  return caller && { cause: 'requested', attribution: 'inferred', basis: [caller], rule: 'connection' };
}

/** Whoever talked to PID 1 right before it carried out a request of which it does not tell the caller, if it was just one. */
export function callerOf(request: StopRequest, { incident }: Facts): StopRequest | undefined {
  const isUnknown = request.sender === undefined && request.busName === undefined;
  return isUnknown ? onlyConnection(incident, request.atUsec) : undefined;
}

function onlyConnection({ related }: Facts['incident'], atUsec: RealtimeUsec | undefined): StopRequest | undefined {
  const callers = related
    .filter((one): one is StopRequest => one.kind === 'request' && isConnection(one))
    .filter((one) => isShortlyBefore(one.atUsec, atUsec));
  const [caller, ...others] = callers;
  return others.length > 0 ? undefined : caller;
}
