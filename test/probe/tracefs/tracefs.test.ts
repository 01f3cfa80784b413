import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { definedUprobes, namesOf } from '../../../src/probe/tracefs/instance.ts';
import { Overruns, parseOverruns } from '../../../src/probe/tracefs/overruns.ts';
import { TracePipe } from '../../../src/probe/tracefs/trace-pipe.ts';
import { Tracefs } from '../../../src/probe/tracefs/tracefs.ts';

const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

/** Files of the names that tracefs has; nothing happens when they are written. */
function fakeTracefs(): string {
  const directory = mkdtempSync(join(tmpdir(), 'probe-'));
  directories.push(directory);
  mkdirSync(join(directory, 'instances/ours'), { recursive: true });
  for (const file of ['tracing_on', 'trace_marker']) writeFileSync(join(directory, 'instances/ours', file), '');
  execFileSync('mkfifo', [join(directory, 'instances/ours/trace_pipe')]);
  return directory;
}

describe('Tracefs', () => {
  test('says what to do where there is none', () => {
    expect(() => new Tracefs('/nowhere')).toThrow('as root, mount -t tracefs tracefs /nowhere');
  });

  test('appends without emptying: the definitions are everybody’s', () => {
    const directory = fakeTracefs();
    writeFileSync(join(directory, 'uprobe_events'), 'p:others/a /bin/x:0x1\n');
    new Tracefs(directory).append('uprobe_events', '-:ours/b\n');
    expect(readFileSync(join(directory, 'uprobe_events'), 'utf8')).toBe('p:others/a /bin/x:0x1\n-:ours/b\n');
  });
});

describe('definedUprobes()', () => {
  const text = [
    'p:sse_ours/unit_notify /proc/1/map_files/7f-80:0x0000000000120170 unit=+0(+24(%di)):string',
    'r:sse_ours/end_service_stop /proc/1/map_files/7f-80:0x00000000000f06d0',
    'p:sse_ours_too/unit_notify /bin/x:0x1',
    'p:others/a /bin/x:0x1',
  ].join('\n');

  test('finds one group’s, and no other’s that begins alike', () => {
    expect(definedUprobes(text, 'sse_ours')).toEqual(['unit_notify', 'end_service_stop']);
  });
});

describe('namesOf()', () => {
  test('makes a group’s name of letters alone', () => {
    expect(namesOf('systemd-stop-exporter')).toEqual({
      instance: 'systemd-stop-exporter',
      actors: 'systemd-stop-exporter-actors',
      lives: 'systemd-stop-exporter-lives',
      group: 'sse_systemd_stop_exporter',
    });
  });
});

describe('parseOverruns()', () => {
  test('counts all that was lost', () => {
    const stats = 'entries: 5\noverrun: 17\ncommit overrun: 1\nbytes: 52\ndropped events: 2\nread events: 9\n';
    expect(parseOverruns(stats)).toBe(20);
  });
});

describe('Overruns', () => {
  test('counts what each processor has lost once the kernel has said so', () => {
    const directory = fakeTracefs();
    for (const [processor, lost] of [17, 3].entries()) {
      mkdirSync(join(directory, `instances/ours/per_cpu/cpu${processor}`), { recursive: true });
      writeFileSync(join(directory, `instances/ours/per_cpu/cpu${processor}/stats`), `entries: 5\noverrun: ${lost}\n`);
    }
    const overruns = new Overruns(new Tracefs(directory), ['ours']);
    expect(overruns.count()).toBe(0);
    overruns.suspect();
    expect([overruns.count(), overruns.count()]).toEqual([20, 0]);
    overruns.suspect();
    expect(overruns.count()).toBe(0);
  });
});

describe('TracePipe', () => {
  test('hands on whole lines, and ends when it is told to', async () => {
    const directory = fakeTracefs();
    // Before there is a writer, opening a FIFO for reading waits.
    const writer = openSync(join(directory, 'instances/ours/trace_pipe'), 'r+');
    const pipe = new TracePipe(new Tracefs(directory), 'ours');
    const lines: string[] = [];
    const ended = Promise.withResolvers<void>();
    const reading = pipe.forEachLine((line) => {
      lines.push(line);
      if (lines.length === 2) ended.resolve();
    });
    writeSync(writer, 'first\nsec');
    writeSync(writer, 'ond ö\nrest');
    await ended.promise;
    pipe.stop();
    writeSync(writer, 'wakes the read\n');
    await reading;
    closeSync(writer);
    expect(lines.slice(0, 2)).toEqual(['first', 'second ö']);
  });

  test('lets events come together, and hands on all of them in their order', async () => {
    const directory = fakeTracefs();
    const writer = openSync(join(directory, 'instances/ours/trace_pipe'), 'r+');
    const pauses: number[] = [];
    const pipe = new TracePipe(new Tracefs(directory), 'ours', () => pauses.push(1));
    const lines: string[] = [];
    const ended = Promise.withResolvers<void>();
    const reading = pipe.forEachLine((line) => {
      lines.push(line);
      if (line === 'first') writeSync(writer, 'second\n');
      if (line === 'second') writeSync(writer, 'third\n');
      if (line === 'third') ended.resolve();
    });
    writeSync(writer, 'first\n');
    await ended.promise;
    expect(pauses.length).toBeGreaterThanOrEqual(1);
    pipe.stop();
    writeSync(writer, 'wakes the read\n');
    await reading;
    closeSync(writer);
    expect(lines.slice(0, 3)).toEqual(['first', 'second', 'third']);
  });
});
