import type { StopRequest } from '../model/evidence.ts';
import type { Finding } from './cause-rules.ts';
import type { Facts } from './facts.ts';

/** Between a command that begins, or connects, and PID 1 that does what it asks. */
const connectedUsec = 2_000_000;

function isShortlyBefore(beforeUsec = 0, atUsec = 0): boolean {
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
  const callers = incident.related
    .filter((one): one is StopRequest => one.kind === 'request' && one.unit === undefined && one.action === 'other')
    .filter(({ sender, busName }) => sender !== undefined && busName === undefined)
    .filter(({ atUsec }) => isShortlyBefore(atUsec, incident.occurredAtUsec));
  const [caller, ...others] = callers;
  if (caller === undefined || others.length > 0) return undefined;
  return { cause: 'requested', attribution: 'inferred', basis: [caller], rule: 'connection' };
}
