import { isRealtimeUsec } from '../../model/time.ts';
import { discard } from '../discard.ts';
import type { LineParser, LinePlace } from '../line-parser.ts';
import { present } from '../present.ts';
import type { Observation } from '../source.ts';
import { createBusTranslator } from './bus-evidence.ts';
import type { BusMessage } from './bus-message.ts';
import { isOfNoInterest, isPassedOver } from './busctl-header.ts';
import { parseBusctlPayload } from './busctl-payload.ts';
import { readProperties } from './unit-properties.ts';

/** Reads `busctl monitor --json=short`: one message a line, with the time it was seen. */
export function createBusctlJsonParser(): LineParser {
  const translator = createBusTranslator();
  return {
    passesOver: (characters, from, to) => isPassedOver(characters, from, to, translator),
    passesOverBeginning: (beginning) => isOfNoInterest(beginning, 0, translator),
    accept(line, place): readonly Observation[] {
      if (line.trim() === '' || line === busctlGreeting) return [];
      const message = parseBusctlMessage(line, place);
      if (message === undefined) return [discard('dbus', 'unreadable', line, place)];
      return translator.translate(message, { file: place.file, line: place.line });
    },
    finish: () => [],
  };
}

/** Printed on stderr, which recordings often hold too. */
const busctlGreeting = 'Monitoring bus message stream.';

const types: ReadonlyMap<unknown, BusMessage['type']> = new Map([
  ['signal', 'signal'],
  ['method_call', 'method-call'],
  ['method_return', 'method-return'],
  ['error', 'error'],
]);

/** One line of `busctl monitor --json=short`; undefined where it is no message. */
export function parseBusctlMessage(line: string, place: LinePlace): BusMessage | undefined {
  const fields = parseObject(line);
  const type = types.get(fields?.['type']);
  if (fields === undefined || type === undefined) return undefined;
  const keys = fields['member'] === 'PropertiesChanged' ? readProperties : undefined;
  const body = parseBusctlPayload(fields['payload'], keys);
  if (body === undefined) return undefined;
  const seenAtUsec = fields['timestamp-realtime'];
  return present({
    type,
    sender: text(fields['sender']),
    destination: text(fields['destination']),
    path: text(fields['path']),
    interface: text(fields['interface']),
    member: text(fields['member']),
    serial: number(fields['cookie']),
    replySerial: number(fields['reply_cookie']),
    errorName: text(fields['error_name']),
    atUsec: typeof seenAtUsec === 'number' && isRealtimeUsec(seenAtUsec) ? seenAtUsec : place.readAtUsec,
    body,
  });
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}
