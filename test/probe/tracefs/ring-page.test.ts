import { endianness } from 'node:os';
import { describe, expect, test } from 'vitest';
import { parseEventFormat } from '../../../src/probe/tracefs/event-format.ts';
import { isBehindGap, pageLayoutOf, RingEvents } from '../../../src/probe/tracefs/ring-page.ts';

const layout = { pageBytes: 128, timestampOffset: 0, commitOffset: 8, dataOffset: 16 };
const startNs = 5_000_000_000_000;

/** As the kernel of a little-endian machine writes it. */
function header(typeLength: number, deltaNs: number): number {
  return typeLength + deltaNs * 32;
}

function pageOf(words: readonly number[], commit = words.length * 4): DataView {
  const page = new DataView(new ArrayBuffer(layout.pageBytes));
  page.setBigUint64(0, BigInt(startNs), true);
  page.setUint32(8, commit, true);
  for (const [index, word] of words.entries()) page.setUint32(layout.dataOffset + index * 4, word, true);
  return page;
}

function read(words: readonly number[], commit?: number): readonly (readonly [number, number])[] {
  const ring = new RingEvents(pageOf(words, commit), layout);
  const events: (readonly [number, number])[] = [];
  while (ring.advance()) events.push([ring.page.getUint32(ring.dataOffset, true), ring.clockNs - startNs]);
  expect(ring.advance()).toBe(false);
  return events;
}

describe.runIf(endianness() === 'LE')('RingEvents', () => {
  test('adds up what passed since the event before', () => {
    expect(read([header(1, 10), 77, header(2, 5), 78, 0])).toEqual([
      [77, 10],
      [78, 15],
    ]);
  });

  test('reads a length that has a word of its own', () => {
    expect(read([header(0, 1), 12, 77, 0, header(1, 1), 78])).toEqual([
      [77, 1],
      [78, 2],
    ]);
  });

  test('takes time that one header cannot hold from the one before, or as it is', () => {
    expect(read([header(30, 3), 2, header(1, 0), 77])).toEqual([[77, 2 * 2 ** 27 + 3]]);
    const absolute = startNs + 9;
    expect(read([header(31, absolute % 2 ** 27), Math.floor(absolute / 2 ** 27), header(1, 1), 77])).toEqual([[77, 10]]);
  });

  test('leaves out what was discarded, and all behind the last event', () => {
    expect(read([header(29, 4), 8, 66, header(1, 1), 77, header(29, 0), 0, header(1, 1), 78])).toEqual([[77, 5]]);
    expect(read([header(1, 1), 77, header(1, 1), 78], 8)).toEqual([[77, 1]]);
  });

  test('takes a flag of lost events for no length', () => {
    expect(read([header(1, 1), 77], 8 + 2 ** 31)).toEqual([[77, 1]]);
    expect([8 + 2 ** 31, 8].map((commit) => isBehindGap(pageOf([header(1, 1), 77], commit), layout))).toEqual([true, false]);
  });

  test('does not leave the page, whatever its header says', () => {
    expect(read([header(28, 1), 77], 100_000)).toEqual([[77, 1]]);
    expect(read([header(0, 1), 0xffff_ffff], 8).length).toBe(1);
  });
});

describe('pageLayoutOf()', () => {
  test('is what the kernel says, also on 32 bits', () => {
    const text = [
      '\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;',
      '\tfield: local_t commit;\toffset:8;\tsize:4;\tsigned:1;',
      '\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;',
      '\tfield: char data;\toffset:12;\tsize:4084;\tsigned:1;',
    ].join('\n');
    expect(pageLayoutOf(parseEventFormat(text))).toEqual({
      pageBytes: 4096,
      timestampOffset: 0,
      commitOffset: 8,
      dataOffset: 12,
    });
  });
});
