import type { Message } from 'dbus-next';
import type { RealtimeUsec } from '../../model/time.ts';
import { present } from '../present.ts';
import type { BusMessage } from './bus-message.ts';

const types = ['method-call', 'method-return', 'error', 'signal'] as const satisfies readonly BusMessage['type'][];

/** A message of dbus-next, as every way of watching a bus shows it. */
export function busMessageOf(message: Message, atUsec: RealtimeUsec): BusMessage {
  return {
    // The D-Bus specification counts the types from 1.
    type: types[Number(message.type) - 1] ?? 'signal',
    ...present({
      sender: message.sender,
      destination: message.destination,
      path: message.path,
      interface: message.interface,
      member: message.member,
      serial: message.serial ?? undefined,
      // The library's types call it a string.
      replySerial: message.replySerial === undefined ? undefined : Number(message.replySerial),
      errorName: message.errorName,
    }),
    atUsec,
    body: message.body.map(plainValue),
  };
}

/** Far beyond the 16 bytes of an invocation id, the only bytes read here. */
const maxBytes = 256;

function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return [...value.subarray(0, maxBytes)];
  if (Array.isArray(value)) return value.map(plainValue);
  if (isVariant(value)) return plainValue(value.value);
  return new Map(Object.entries(value).map(([key, item]) => [key, plainValue(item)]));
}

/** The library makes a dictionary a plain object. */
function isVariant(value: object): value is { readonly value: unknown } {
  return value.constructor !== Object && 'value' in value;
}
