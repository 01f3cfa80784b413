import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createLifeTeller, type LifeListener } from '../../src/probe/decode-life-event.ts';
import { parseEventFormat } from '../../src/probe/tracefs/event-format.ts';
import { pageLayoutOf, RingEvents } from '../../src/probe/tracefs/ring-page.ts';
import { tellLifeOfLine } from './life-lines.ts';

/**
 * What two instances had of the same forks on Linux 6.18: one in the kernel's binary form, a page for each of two processors,
 * the other as text. With pauses of 300 and 400 ms, which no event's header can hold, and a name that is no ASCII.
 */
function recorded(file: string): Buffer {
  return readFileSync(new URL(`traces/lives/${file}`, import.meta.url));
}

function formatOf(path: string): URL {
  return new URL(`traces/lives/${path.split('/')[2]}.format`, import.meta.url);
}

const tracefs = {
  has: (path: string) => existsSync(formatOf(path)),
  read: (path: string) => readFileSync(formatOf(path), 'utf8'),
};

type Told = readonly [what: keyof LifeListener, ...about: readonly (number | string)[]];

interface Event {
  readonly clockUsec: number;
  /** Without the clock: each instance looks at it for itself. */
  readonly told: readonly Told[];
}

function listen(told: Told[]): LifeListener {
  return {
    forked: (child, parent) => told.push(['forked', child, parent]),
    named: (pid, name) => told.push(['named', pid, name]),
    exited: (pid, name) => told.push(['exited', pid, name]),
  };
}

function eventsOfPages(source: Pick<typeof tracefs, 'has' | 'read'>): readonly Event[] {
  const layout = pageLayoutOf(parseEventFormat(recorded('header_page').toString()));
  const told: Told[] = [];
  const tell = createLifeTeller(source, listen(told));
  const pages = recorded('pages.bin');
  const events: Event[] = [];
  for (let start = 0; start < pages.length; start += layout.pageBytes) {
    const ring = new RingEvents(new DataView(pages.buffer, pages.byteOffset + start, layout.pageBytes), layout);
    while (ring.advance()) {
      tell(ring.page, ring.dataOffset, ring.clockNs);
      events.push({ clockUsec: Math.round(ring.clockNs / 1000), told: told.splice(0) });
    }
  }
  return events;
}

function eventsOfText(): readonly Event[] {
  const told: Told[] = [];
  const lines = recorded('trace_pipe.txt').toString().trimEnd().split('\n');
  return lines.map((line) => ({ clockUsec: tellLifeOfLine(line, listen(told)) ?? Number.NaN, told: told.splice(0) }));
}

describe('createLifeTeller()', () => {
  test('reads in the binary form what the kernel prints of it', () => {
    const text = eventsOfText();
    const read = eventsOfPages(tracefs).toSorted((a, b) => a.clockUsec - b.clockUsec);
    expect(read.map(({ told }) => told)).toEqual(text.map(({ told }) => told));
    for (const [index, { clockUsec }] of read.entries())
      expect(Math.abs(clockUsec - (text[index]?.clockUsec ?? Number.NaN))).toBeLessThan(20);
    expect(new Set(read.map(({ told }) => told[0]?.[0]))).toEqual(new Set(['forked', 'named', 'exited']));
  });

  test('tells when it happened, in microseconds', () => {
    const layout = pageLayoutOf(parseEventFormat(recorded('header_page').toString()));
    const pages = recorded('pages.bin');
    const clocks: number[] = [];
    const clock = (_pid: number, _other: unknown, clockUsec: number) => void clocks.push(clockUsec);
    const tell = createLifeTeller(tracefs, { forked: clock, exited: clock, named: () => undefined });
    const ring = new RingEvents(new DataView(pages.buffer, pages.byteOffset, layout.pageBytes), layout);
    while (ring.advance()) tell(ring.page, ring.dataOffset, ring.clockNs);
    const happened = new Set(eventsOfPages(tracefs).map(({ clockUsec }) => clockUsec));
    expect(clocks.length).toBeGreaterThan(10);
    for (const clockUsec of clocks) expect(happened.has(clockUsec)).toBe(true);
  });

  test('goes by the context where the kernel does not say who got the name', () => {
    const withoutPid = (path: string): string => tracefs.read(path).replace('field:pid_t pid;', 'field:pid_t other;');
    const has = (path: string): boolean => path.includes('task_rename');
    const named = eventsOfPages({ has, read: withoutPid }).filter(({ told }) => told.length > 0);
    expect(named.length).toBeGreaterThan(20);
    expect(named).toEqual(eventsOfPages({ has, read: tracefs.read }).filter(({ told }) => told.length > 0));
  });

  test('knows no event of a kernel that has none', () => {
    expect(eventsOfPages({ has: () => false, read: () => '' }).flatMap(({ told }) => told)).toEqual([]);
  });

  test('says which field a kernel does not have', () => {
    expect(() => createLifeTeller({ has: () => true, read: () => 'ID: 7\n' }, listen([]))).toThrow('has no field "common_pid"');
  });
});
