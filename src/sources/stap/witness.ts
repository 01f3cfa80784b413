import { type CallPath, maxRawLength } from '../../model/evidence.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import type { LinePlace } from '../line-parser.ts';
import { present } from '../present.ts';

export type ProbeName = 'stap' | 'tracefs';

/** What all evidence of a record has in common. */
export type Witness = Pick<CallPath, 'source' | 'atUsec' | 'origin' | 'raw'>;

/** `atUsec` is the record's own time; without one it is when its first line was read, if that is known. */
export function witness(source: ProbeName, place: LinePlace, raw: string, atUsec?: RealtimeUsec): Witness {
  return present({
    source,
    atUsec: atUsec ?? place.readAtUsec,
    origin: { file: place.file, line: place.line },
    raw: raw.slice(0, maxRawLength),
  });
}
