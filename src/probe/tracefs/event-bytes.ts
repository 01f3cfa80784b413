import { endianness } from 'node:os';
import { type EventFormat, type Field, fieldOf } from './event-format.ts';

const isLittle = endianness() === 'LE';

export type ReadInteger = (page: Buffer, dataOffset: number) => number;
export type ReadText = (page: Buffer, dataOffset: number) => string;

export function unsigned32(page: Buffer, at: number): number {
  return isLittle ? page.readUInt32LE(at) : page.readUInt32BE(at);
}

/** Exact up to 2⁵³: of nanoseconds, 104 days. */
export function unsigned64(page: Buffer, at: number): number {
  return Number(isLittle ? page.readBigUInt64LE(at) : page.readBigUInt64BE(at));
}

/** The first bits of a word as C's bit fields have them, and the others. */
export function splitBits(word: number, bits: number): readonly [number, number] {
  return isLittle ? [word & (2 ** bits - 1), word >>> bits] : [word >>> (32 - bits), word & (2 ** (32 - bits) - 1)];
}

/** Of four bytes with a sign, as a pid is. @throws where the event has no such field */
export function integerReader(format: EventFormat, name: string): ReadInteger {
  const { offset } = fieldOf(format, name);
  return (page, at) => (isLittle ? page.readInt32LE(at + offset) : page.readInt32BE(at + offset));
}

/** Of two bytes without, as the type of an event is. @throws where the event has no such field */
export function shortReader(format: EventFormat, name: string): ReadInteger {
  const { offset } = fieldOf(format, name);
  return (page, at) => (isLittle ? page.readUInt16LE(at + offset) : page.readUInt16BE(at + offset));
}

/** Up to the first NUL. @throws where the event has no such field */
export function textReader(format: EventFormat, name: string): ReadText {
  const field = fieldOf(format, name);
  return (page, dataOffset) => {
    const [start, limit] = placeOf(field, page, dataOffset);
    const end = page.indexOf(0, start);
    return page.toString('utf8', start, end < 0 || end > limit ? limit : end);
  };
}

/** `__data_loc`: the offset in the lower half of the word, the length in the upper one. */
function placeOf({ offset, size, isElsewhere }: Field, page: Buffer, dataOffset: number): readonly [number, number] {
  if (!isElsewhere) return [dataOffset + offset, dataOffset + offset + size];
  const word = unsigned32(page, dataOffset + offset);
  const start = dataOffset + (word & 0xffff);
  return [start, start + (word >>> 16)];
}
