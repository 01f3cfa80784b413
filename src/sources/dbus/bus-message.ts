import type { RealtimeUsec } from '../../model/time.ts';

/** One D-Bus message, as every way of watching a bus shows it. */
export interface BusMessage {
  readonly type: 'signal' | 'method-call' | 'method-return' | 'error';
  /** Unique name, or `org.freedesktop.DBus`: the bus sets it, a client cannot. */
  readonly sender?: string;
  readonly destination?: string;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly serial?: number;
  /** Of a return or an error: the serial of the call. */
  readonly replySerial?: number;
  readonly errorName?: string;
  /** When it was seen on the bus. */
  readonly atUsec?: RealtimeUsec;
  /**
   * Arguments: strings, booleans, numbers (64 bits beyond 2^53 are not exact: ask `Number.isSafeInteger`), arrays for
   * arrays and structs, `Map` for dictionaries; variants are replaced by what they hold. An empty dictionary may be an
   * empty array.
   */
  readonly body: readonly unknown[];
  /** The end of the body is missing. */
  readonly partial?: boolean;
}

/** A dictionary of the body; empty where it is none. */
export function dictionaryOf(value: unknown): ReadonlyMap<unknown, unknown> {
  return value instanceof Map ? value : new Map();
}

const maxPrintedDepth = 16;

/** A message in one line, dictionaries reduced to the keys that matter to the reader. */
export function printBusMessage(message: BusMessage, keys?: ReadonlySet<string>): string {
  let text: string = message.type;
  for (const [name, field] of printedFields) if (message[field] !== undefined) text += ` ${name}=${message[field]}`;
  return `${text} ${printBody(message.body, keys)}`;
}

const printedFields = [
  ['sender', 'sender'],
  ['destination', 'destination'],
  ['serial', 'serial'],
  ['reply_serial', 'replySerial'],
  ['error_name', 'errorName'],
  ['path', 'path'],
  ['interface', 'interface'],
  ['member', 'member'],
] as const satisfies readonly (readonly [string, keyof BusMessage])[];

function printBody(body: readonly unknown[], keys: ReadonlySet<string> | undefined): string {
  return JSON.stringify(body.map((value) => printable(value, keys, 0)));
}

function printable(value: unknown, keys: ReadonlySet<string> | undefined, depth: number): unknown {
  if (depth > maxPrintedDepth) return '…';
  if (Array.isArray(value)) return value.map((item) => printable(item, undefined, depth + 1));
  if (!(value instanceof Map)) return value;
  const entries: [string, unknown][] = [];
  for (const [key, item] of value)
    if (keys === undefined || keys.has(key)) entries.push([String(key), printable(item, undefined, depth + 1)]);
  return Object.fromEntries(entries);
}
