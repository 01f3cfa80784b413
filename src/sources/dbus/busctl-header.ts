import type { BusTranslator } from './bus-evidence.ts';
import { canBeEvidence } from './bus-interest.ts';

/** What busctl prints of a message before its body: numbers, and names that need no escaping; in this order since systemd 240. */
const headerPattern =
  /\{"type":"(?<type>signal|method_call|method_return|error)","endian":"(?:[^"\\]*)"(?:,"[a-z_-]+":(?:\d+|"[^"\\]*"))*?(?:,"member":"(?<member>\w+)")?,"payload":\{/y;
/** Where a second message begins in one line, both of them are damaged. */
const everyHeader = '"endian":"';

/** Whether a message cannot be evidence, whatever its body holds; false where the line is not as busctl prints it. */
export function isPassedOver(text: string, from: number, to: number, translator: BusTranslator): boolean {
  return isWhole(text, from, to) && isOfNoInterest(text, from, translator);
}

/** By its header, which alone has to be there. */
export function isOfNoInterest(text: string, from: number, translator: BusTranslator): boolean {
  headerPattern.lastIndex = from;
  const { type, member } = headerPattern.exec(text)?.groups ?? {};
  switch (type) {
    case 'signal':
      return member !== undefined && !canBeEvidence('signal', member);
    case 'method_call':
      return member !== undefined && !canBeEvidence('method-call', member);
    case undefined:
      return false;
    default:
      return !translator.awaitsReplies || isReplyToOthers(text.slice(from, headerPattern.lastIndex), translator);
  }
}

function isReplyToOthers(header: string, translator: BusTranslator): boolean {
  const serial = /"reply_cookie":(\d+)/.exec(header)?.[1];
  const caller = /"destination":"([^"]*)"/.exec(header)?.[1];
  return serial !== undefined && caller !== undefined && !translator.awaitsReply(caller, Number(serial));
}

function isWhole(text: string, from: number, to: number): boolean {
  if (!text.startsWith(']}}', to - 3)) return false;
  const first = text.indexOf(everyHeader, from);
  if (first === -1 || first > to) return false;
  const second = text.indexOf(everyHeader, first + 1);
  return second === -1 || second > to;
}
