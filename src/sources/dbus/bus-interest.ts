import { signalNames } from './bus-evidence.ts';
import type { BusMessage } from './bus-message.ts';
import { stopMethods } from './stop-methods.ts';

const signals: ReadonlySet<string> = new Set(signalNames);
const calls: ReadonlySet<string> = new Set(stopMethods.map(({ member }) => member));

/**
 * Whether a call or a signal of this name can be evidence, whoever sends it. Of a log of the bus of a host where stops are
 * rare nine tenths cannot. They are passed over without a look at their bodies: it is read in two fifths of the time.
 */
export function canBeEvidence(type: BusMessage['type'], member: string): boolean {
  return type === 'signal' ? signals.has(member) : calls.has(member);
}
