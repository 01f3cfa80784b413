import { isRealtimeUsec, type RealtimeUsec } from '../../model/time.ts';
import { present } from '../present.ts';
import type { BusMessage } from './bus-message.ts';

const types: ReadonlyMap<string, BusMessage['type']> = new Map([
  ['signal', 'signal'],
  ['method call', 'method-call'],
  ['method return', 'method-return'],
  ['error', 'error'],
]);

/** dbus 1.4 and older print `dest=`, and no time. */
const headerPattern =
  /^(?<type>signal|method call|method return|error)(?: time=(?<seconds>\d{1,12})\.(?<micros>\d{6}))? sender=(?<sender>\(null sender\)|\S+) -> dest(?:ination)?=(?<destination>\(null destination\)|\S+)(?<rest>(?: [a-z_]+=\S+)*)\s*$/;
/** The same without its groups, which took a fourth of the time: it is tried at every message that is passed over. */
const headerLine = new RegExp(headerPattern.source.replaceAll(/\?<\w+>/g, '?:'), 'my');

/** Whether the line that begins at this place of a text is the first of a message. */
export function isHeaderAt(text: string, from: number): boolean {
  headerLine.lastIndex = from;
  return headerLine.test(text);
}

export type MessageHeader = Omit<BusMessage, 'body' | 'partial'>;

/** The first line of a message of dbus-monitor; undefined where it is none. */
export function parseMessageHeader(line: string): MessageHeader | undefined {
  const groups = headerPattern.exec(line)?.groups;
  const type = types.get(groups?.['type'] ?? '');
  if (groups === undefined || type === undefined) return undefined;
  const fields = new Map(
    (groups['rest'] ?? '')
      .trim()
      .split(' ')
      .map((field) => splitField(field)),
  );
  return present({
    type,
    sender: name(groups['sender']),
    destination: name(groups['destination']),
    path: name(fields.get('path')),
    interface: name(fields.get('interface')),
    member: name(fields.get('member')),
    serial: serial(fields.get('serial')),
    replySerial: serial(fields.get('reply_serial')),
    errorName: name(fields.get('error_name')),
    atUsec: time(groups['seconds'], groups['micros']),
  });
}

/** `path=/org/…;` */
function splitField(field: string): readonly [string, string] {
  const separator = field.indexOf('=');
  const value = field.slice(separator + 1);
  return [field.slice(0, separator), value.endsWith(';') ? value.slice(0, -1) : value];
}

function name(value: string | undefined): string | undefined {
  return value === undefined || value.startsWith('(null') ? undefined : value;
}

function serial(value: string | undefined): number | undefined {
  const number = Number(value);
  return value !== undefined && /^\d+$/.test(value) && Number.isSafeInteger(number) ? number : undefined;
}

function time(seconds: string | undefined, micros: string | undefined): RealtimeUsec | undefined {
  if (seconds === undefined || micros === undefined) return undefined;
  const usec = Number(seconds) * 1_000_000 + Number(micros);
  return isRealtimeUsec(usec) ? usec : undefined;
}
