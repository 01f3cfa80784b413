import { isDiscarded, type Observation } from '../sources/source.ts';

/** Two monitors of one bus are seconds apart at most; this is many more messages than a bus carries in them. */
const remembered = 16_384;

/**
 * Drops what a second monitor of the same bus recorded again: the same message, by sender and serial, in another file.
 * (A request is told again on purpose when its reply is known.)
 */
export async function* dropRepeated(recording: AsyncIterable<readonly Observation[]>): AsyncGenerator<readonly Observation[]> {
  const files = new Map<string, string>();

  function isNew(observation: Observation): boolean {
    if (isDiscarded(observation) || observation.source !== 'dbus' || observation.kind === 'request') return true;
    if (observation.origin === undefined) return true;
    const key = `${observation.kind} ${observation.raw}`;
    const file = files.get(key);
    if (file !== undefined && file !== observation.origin.file) return false;
    files.set(key, observation.origin.file);
    const oldest = files.size > remembered ? files.keys().next().value : undefined;
    if (oldest !== undefined) files.delete(oldest);
    return true;
  }

  for await (const observations of recording) yield observations.filter(isNew);
}
