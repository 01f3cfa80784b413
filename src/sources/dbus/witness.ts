import type { StopRequest } from '../../model/evidence.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import { present } from '../present.ts';

/** What all evidence of one bus message has in common. */
export type Witness = Pick<StopRequest, 'source' | 'atUsec' | 'origin'>;

/** `atUsec`: when the message was seen; absent where a recording does not say. */
export function busWitness(atUsec: RealtimeUsec | undefined, origin: StopRequest['origin']): Witness {
  return present({ source: 'dbus' as const, atUsec, origin });
}
