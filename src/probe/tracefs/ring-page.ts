import { bitsBehind, firstBits, unsigned32, unsigned64 } from './event-bytes.ts';
import { type EventFormat, fieldOf } from './event-format.ts';

/** How this kernel lays out a page of its ring buffer. */
export interface PageLayout {
  readonly pageBytes: number;
  readonly timestampOffset: number;
  readonly commitOffset: number;
  readonly dataOffset: number;
}

/** Bits of the commit counter above these say that events were lost. */
const lengthMask = 0x7ff_ffff;
/** RB_MISSED_EVENTS: some were overwritten before the first of this page. */
const missedEvents = 2 ** 31;

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

/** Whether the kernel says that there were events before this page that nobody can read any more. */
export function isBehindGap(page: DataView, { commitOffset }: PageLayout): boolean {
  return unsigned32(page, commitOffset) >= missedEvents;
}

/**
 * Goes through the events of a page of `trace_pipe_raw`, in the kernel's own binary form (kernel/trace/ring_buffer.c): a header
 * of 5 bits of length and 27 of nanoseconds since the event before, then the event.
 */
export class RingEvents {
  readonly page: DataView;
  /** When the event happened. */
  clockNs: number;
  /** Where in the page its data begin. */
  dataOffset = 0;
  readonly #end: number;
  #next: number;

  constructor(page: DataView, layout: PageLayout) {
    this.page = page;
    this.clockNs = unsigned64(page, layout.timestampOffset);
    this.#next = layout.dataOffset;
    this.#end = Math.min(this.#next + (unsigned32(page, layout.commitOffset) & lengthMask), page.byteLength);
  }

  /** To the next event; false where there is none. */
  advance(): boolean {
    while (this.#next + 8 <= this.#end) {
      const at = this.#next;
      const header = unsigned32(this.page, at);
      const typeLength = firstBits(header, 5);
      const delta = bitsBehind(header, 5);
      const word = unsigned32(this.page, at + 4);
      if (typeLength === padding && delta === 0) break;
      this.clockNs = clockAfter(this.clockNs, typeLength, delta, word);
      this.#next = at + 4 + bytesBehind(typeLength, word);
      if (typeLength >= padding) continue;
      this.dataOffset = at + (typeLength === 0 ? 8 : 4);
      return true;
    }
    this.#next = this.#end;
    return false;
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
