import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openLives } from '../../src/probe/open-lives.ts';
import { samePids } from '../../src/probe/pid-names.ts';
import type { ProbeEvent } from '../../src/probe/probe-events.ts';
import { Tracefs } from '../../src/probe/tracefs/tracefs.ts';

const recorded = fileURLToPath(new URL('traces/lives/', import.meta.url));
const events = ['task/task_newtask', 'task/task_rename', 'sched/sched_process_exit'];
let directory = '';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  directory = mkdtempSync(join(tmpdir(), 'lives-'));
  const instance = join(directory, 'instances/ours');
  for (const event of events) {
    mkdirSync(join(directory, 'events', event), { recursive: true });
    cpSync(join(recorded, `${event.split('/')[1]}.format`), join(directory, 'events', event, 'format'));
    mkdirSync(join(instance, 'events', event), { recursive: true });
    for (const file of ['filter', 'enable']) writeFileSync(join(instance, 'events', event, file), '');
  }
  cpSync(join(recorded, 'header_page'), join(directory, 'events/header_page'));
  mkdirSync(join(instance, 'per_cpu/cpu0'), { recursive: true });
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true });
});

/** Files of the names and the content that tracefs has; a file of pages ends where the kernel would have no more to say. */
function open() {
  const seen: ProbeEvent[] = [];
  const errors: unknown[] = [];
  const lives = openLives({
    tracefs: new Tracefs(directory),
    instance: 'ours',
    world: { rootPid: 1, pids: samePids },
    accept: (event) => seen.push(event),
    onError: (error) => errors.push(error),
  });
  return { lives, seen, errors };
}

const buffer = () => join(directory, 'instances/ours/per_cpu/cpu0/trace_pipe_raw');

describe('openLives()', () => {
  test('empties the buffer once a second, also where nobody needs to know', () => {
    cpSync(join(recorded, 'pages.bin'), buffer());
    const { lives, seen } = open();
    expect([lives.enabled.shows.has('processes'), seen]).toEqual([true, []]);
    vi.advanceTimersByTime(1_000);
    writeFileSync(buffer(), ''); // What has not been read by now is lost.
    // They happened long ago: that host was up for half a day. This one may not be.
    lives.tellUntil(Number.MAX_SAFE_INTEGER);
    lives.close();
    expect(seen.length).toBe(77);
  });

  test('says so where the buffer cannot be read any more, once', () => {
    mkdirSync(buffer());
    const { lives, errors } = open();
    vi.advanceTimersByTime(5_000);
    lives.close();
    expect(errors).toEqual([expect.objectContaining({ code: 'EISDIR' })]);
  });

  test('goes without where the kernel has no such buffer', () => {
    const { lives, seen } = open();
    expect(lives.enabled).toEqual({ shows: new Set(), problems: [expect.stringContaining('trace_pipe_raw')] });
    lives.tellUntil(1);
    lives.close();
    expect(seen).toEqual([]);
  });
});
