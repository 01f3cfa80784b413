import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createLifeDecoder, type LifeEvent } from '../../src/probe/decode-life-event.ts';
import { parseEventFormat } from '../../src/probe/tracefs/event-format.ts';
import { forEachRingEvent, pageLayoutOf } from '../../src/probe/tracefs/ring-page.ts';
import { lifeOfLine } from './life-lines.ts';

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

function decodePages(source: Pick<typeof tracefs, 'has' | 'read'>): readonly (LifeEvent | undefined)[] {
  const layout = pageLayoutOf(parseEventFormat(recorded('header_page').toString()));
  const decode = createLifeDecoder(source);
  const pages = recorded('pages.bin');
  const events: (LifeEvent | undefined)[] = [];
  for (let start = 0; start < pages.length; start += layout.pageBytes)
    forEachRingEvent(pages.subarray(start, start + layout.pageBytes), layout, (page, offset, clockNs) =>
      events.push(decode(page, offset, clockNs)),
    );
  return events;
}

function clockOf(event: LifeEvent | undefined): number {
  return event?.clockUsec ?? Number.NaN;
}

function withoutClock(event: LifeEvent | undefined): object {
  return { ...event, clockUsec: undefined };
}

describe('createLifeDecoder()', () => {
  test('reads in the binary form what the kernel prints of it', () => {
    const told = recorded('trace_pipe.txt').toString().trimEnd().split('\n').map(lifeOfLine);
    const read = decodePages(tracefs).toSorted((a, b) => clockOf(a) - clockOf(b));
    expect(told).not.toContain(undefined);
    expect(read.map(withoutClock)).toEqual(told.map(withoutClock));
    // Each instance looks at the clock for itself.
    for (const [index, event] of read.entries()) expect(Math.abs(clockOf(event) - clockOf(told[index]))).toBeLessThan(20);
    expect(new Set(read.map((event) => event?.kind))).toEqual(new Set(['task-forked', 'task-renamed', 'task-exited']));
  });

  test('goes by the context where the kernel does not say who got the name', () => {
    const withoutPid = (path: string): string => tracefs.read(path).replace('field:pid_t pid;', 'field:pid_t other;');
    const renamed = decodePages({ has: (path) => path.includes('task_rename'), read: withoutPid }).filter(Boolean);
    expect(renamed.length).toBeGreaterThan(20);
    for (const event of renamed) expect(event).toMatchObject({ taskPid: event?.pid });
  });

  test('knows no event of a kernel that has none', () => {
    expect(new Set(decodePages({ has: () => false, read: () => '' }))).toEqual(new Set([undefined]));
  });

  test('says which field a kernel does not have', () => {
    expect(() => createLifeDecoder({ has: () => true, read: () => 'ID: 7\n' })).toThrow('has no field "pid"');
  });
});
