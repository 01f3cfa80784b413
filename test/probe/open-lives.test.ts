import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLives } from '../../src/probe/open-lives.ts';
import { type PidNames, samePids } from '../../src/probe/pid-names.ts';
import { Tracefs } from '../../src/probe/tracefs/tracefs.ts';

const recorded = fileURLToPath(new URL('traces/lives/', import.meta.url));
const events = ['task/task_newtask', 'task/task_rename', 'sched/sched_process_exit'];
let directory = '';

beforeEach(() => {
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
  rmSync(directory, { recursive: true });
});

/** Files of the names and the content that tracefs has; a file of pages ends where the kernel would have no more to say. */
function open(pids: PidNames = samePids) {
  const told = { born: 0, named: 0, ended: 0, lost: 0 };
  const lives = openLives({
    tracefs: new Tracefs(directory),
    instance: 'ours',
    world: {
      rootPid: 1,
      pids,
      tasks: { forked: () => told.born++, named: () => told.named++, exited: () => told.ended++ },
    },
    onLost: () => told.lost++,
  });
  return { lives, told };
}

const buffer = () => join(directory, 'instances/ours/per_cpu/cpu0/trace_pipe_raw');

describe('openLives()', () => {
  test('empties the buffer, also where nobody needs to know', () => {
    cpSync(join(recorded, 'pages.bin'), buffer());
    const { lives, told } = open();
    expect(lives.enabled.shows.has('processes')).toBe(true);
    lives.empty();
    writeFileSync(buffer(), ''); // What has not been read by now is lost.
    // They happened long ago: that host was up for half a day. This one may not be.
    lives.tellUntil(Number.MAX_SAFE_INTEGER);
    lives.close();
    // 77 events: a birth names the parent too.
    expect(told).toEqual({ born: 26, named: 26 + 25, ended: 26, lost: 0 });
  });

  test('looks at a container’s children as soon as they are read, and tells of them when it is asked', () => {
    cpSync(join(recorded, 'pages.bin'), buffer());
    const learnt: number[] = [];
    const { lives, told } = open({ ...samePids, learnChild: (pid) => learnt.push(pid) });
    lives.tellUntil(1);
    expect([learnt.length, told.born]).toEqual([26, 0]);
    lives.tellUntil(Number.MAX_SAFE_INTEGER);
    lives.close();
    expect([learnt.length, told.born]).toEqual([26, 26]);
  });

  test('says that some were lost where the kernel does', () => {
    const pages = readFileSync(join(recorded, 'pages.bin'));
    pages.writeUInt8(0x80, 8 + 3); // RB_MISSED_EVENTS, of a little-endian host's word
    writeFileSync(buffer(), pages);
    const { lives, told } = open();
    lives.tellUntil(Number.MAX_SAFE_INTEGER);
    lives.close();
    expect(told).toMatchObject({ ended: 26, lost: 1 });
  });

  test('says so where the buffer cannot be read any more', () => {
    mkdirSync(buffer());
    const { lives } = open();
    expect(() => lives.empty()).toThrow(expect.objectContaining({ code: 'EISDIR' }));
    lives.close();
  });

  test('goes without where the kernel has no such buffer', () => {
    const { lives, told } = open();
    expect(lives.enabled).toEqual({ shows: new Set(), problems: [expect.stringContaining('trace_pipe_raw')] });
    lives.tellUntil(1);
    lives.close();
    expect(told).toEqual({ born: 0, named: 0, ended: 0, lost: 0 });
  });
});
