import type { StopRequest } from '../model/evidence.ts';
import { asksForShutdown } from '../model/shutdown.ts';
import type { Bystanders } from './bystanders.ts';

/** Somebody who tries in vain again and again is refused; the last of those who were not are enough. */
const maxRequests = 32;

/**
 * Who asked for the end of the machine and was not refused, told so that it can be understood after the next boot: by then the
 * names on the bus, its serials and PID 1's jobs are others.
 */
export function shutdownRequests({ requests, peers }: Pick<Bystanders, 'requests' | 'peers'>): readonly StopRequest[] {
  const asked = requests.all().filter((one) => asksForShutdown(one) && one.refused === undefined);
  return asked.slice(-maxRequests).map(({ busName, serial: _serial, jobId: _jobId, ...request }) => {
    const peer = busName === undefined ? undefined : peers.get(busName);
    if (peer === undefined || request.sender !== undefined) return request;
    return { ...request, sender: peer.process, ancestry: peer.ancestry ?? [peer.process] };
  });
}
