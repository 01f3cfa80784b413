import type { RealtimeUsec } from '../../model/time.ts';
import { systemd } from '../../trace/attribute-names.ts';
import type { PlannedEvent } from '../../trace/planned-span.ts';

/** The witness's own time of an event, wherever the trace draws it; undefined where no witness gave one. */
export function ownTimeOf({ atUsec, seenAtUsec, attributes }: PlannedEvent): RealtimeUsec | undefined {
  const isTimeless = attributes[systemd.evidenceUntimed] === true || attributes[systemd.summary] !== undefined;
  return isTimeless ? undefined : (seenAtUsec ?? atUsec);
}
