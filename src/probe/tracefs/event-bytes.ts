import { endianness } from 'node:os';
import { type EventFormat, type Field, fieldOf } from './event-format.ts';

/** Little endian, as a DataView is told. */
const isLittle = endianness() === 'LE';

export type ReadInteger = (page: DataView, dataOffset: number) => number;
export type ReadText = (page: DataView, dataOffset: number) => string;

export function unsigned32(page: DataView, at: number): number {
  return page.getUint32(at, isLittle);
}

/** Exact up to 2⁵³: of nanoseconds, 104 days. */
export function unsigned64(page: DataView, at: number): number {
  return Number(page.getBigUint64(at, isLittle));
}

/** The first bits of a word as C's bit fields have them. */
export function firstBits(word: number, bits: number): number {
  return isLittle ? word & (2 ** bits - 1) : word >>> (32 - bits);
}

/** And the others. */
export function bitsBehind(word: number, bits: number): number {
  return isLittle ? word >>> bits : word & (2 ** (32 - bits) - 1);
}

/** Of four bytes with a sign, as a pid is. @throws where the event has no such field */
export function integerReader(format: EventFormat, name: string): ReadInteger {
  const { offset } = fieldOf(format, name);
  return (page, at) => page.getInt32(at + offset, isLittle);
}

/** Of two bytes without, as the type of an event is. @throws where the event has no such field */
export function shortReader(format: EventFormat, name: string): ReadInteger {
  const { offset } = fieldOf(format, name);
  return (page, at) => page.getUint16(at + offset, isLittle);
}

/** Up to the first NUL. @throws where the event has no such field */
export function textReader(format: EventFormat, name: string): ReadText {
  const field = fieldOf(format, name);
  return (page, dataOffset) => {
    const [start, limit] = placeOf(field, page, dataOffset);
    const bytes = Buffer.from(page.buffer, page.byteOffset + start, Math.max(0, Math.min(limit, page.byteLength) - start));
    const end = bytes.indexOf(0);
    return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
  };
}

/** `__data_loc`: the offset in the lower half of the word, the length in the upper one. */
function placeOf({ offset, size, isElsewhere }: Field, page: DataView, dataOffset: number): readonly [number, number] {
  if (!isElsewhere) return [dataOffset + offset, dataOffset + offset + size];
  const word = unsigned32(page, dataOffset + offset);
  const start = dataOffset + (word & 0xffff);
  return [start, start + (word >>> 16)];
}
