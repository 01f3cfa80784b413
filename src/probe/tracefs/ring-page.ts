import { splitBits, unsigned32, unsigned64 } from './event-bytes.ts';
import { type EventFormat, fieldOf } from './event-format.ts';

/** How this kernel lays out a page of its ring buffer. */
export interface PageLayout {
  readonly pageBytes: number;
  readonly timestampOffset: number;
  readonly commitOffset: number;
  readonly dataOffset: number;
}

/** The page, where in it the event's data begin, and when it happened. */
export type AcceptRingEvent = (page: Buffer, dataOffset: number, clockNs: number) => void;

/** Bits of the commit counter above these say that events were lost, which is counted elsewhere. */
const lengthMask = 0x7ff_ffff;

/** `type_len` of what is no event (include/linux/ring_buffer.h); smaller ones are lengths. */
const padding = 29;
const timeExtend = 30;
const absoluteTime = 31;

export function pageLayoutOf(header: EventFormat): PageLayout {
  const data = fieldOf(header, 'data');
  return {
    pageBytes: data.offset + data.size,
    timestampOffset: fieldOf(header, 'timestamp').offset,
    commitOffset: fieldOf(header, 'commit').offset,
    dataOffset: data.offset,
  };
}

/**
 * All events of a page of `trace_pipe_raw`, in the kernel's own binary form (kernel/trace/ring_buffer.c): a header of 5 bits of
 * length and 27 of nanoseconds since the event before, then the event.
 */
export function forEachRingEvent(page: Buffer, layout: PageLayout, accept: AcceptRingEvent): void {
  let clockNs = unsigned64(page, layout.timestampOffset);
  let at = layout.dataOffset;
  const end = Math.min(at + (unsigned32(page, layout.commitOffset) & lengthMask), page.length);
  while (at + 8 <= end) {
    const [typeLength, delta] = splitBits(unsigned32(page, at), 5);
    const word = unsigned32(page, at + 4);
    if (typeLength === padding && delta === 0) return;
    clockNs = clockAfter(clockNs, typeLength, delta, word);
    if (typeLength < padding) accept(page, at + (typeLength === 0 ? 8 : 4), clockNs);
    at += 4 + bytesBehind(typeLength, word);
  }
}

/** What does not fit into 27 bits stands in the word behind them. */
function clockAfter(clockNs: number, typeLength: number, delta: number, word: number): number {
  if (typeLength === absoluteTime) return word * 2 ** 27 + delta;
  return clockNs + delta + (typeLength === timeExtend ? word * 2 ** 27 : 0);
}

/** Where the length does not fit into five bits it is a word of its own, and counts itself. */
function bytesBehind(typeLength: number, word: number): number {
  if (typeLength === 0 || typeLength === padding) return Math.max(4, (word + 3) & ~3);
  return typeLength >= timeExtend ? 4 : typeLength * 4;
}
