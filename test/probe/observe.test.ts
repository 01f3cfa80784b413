import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeLine } from '../../src/probe/decode-event.ts';
import { Observer } from '../../src/probe/observe.ts';
import { createPeople } from '../../src/probe/people.ts';
import { samePids } from '../../src/probe/pid-names.ts';
import { findBuild } from '../../src/probe/struct-offsets.ts';
import { createTaskBook } from '../../src/probe/task-book.ts';
import { isDiscarded, type Observation } from '../../src/sources/source.ts';
import { formatAnnouncement } from '../../src/sources/stap/announcement.ts';
import { formatRecord } from '../../src/sources/stap/format-record.ts';
import { createStapParser } from '../../src/sources/stap/stap-parser.ts';
import { tellLifeOfLine } from './life-lines.ts';

/** The row of 247 has addresses for one build only; the words are the version's. */
const buildIds: Readonly<Record<number, string>> = { 247: '5d0610bbcc4548c3c16c88d7f3411c04157a91c7' };
const everything = { names: true, states: true, callers: true, calls: true };

/**
 * What trace_pipe said while a service was started, stopped by systemctl, started again and killed by pkill, as the
 * records of it are read again. Nobody is in /proc any more.
 */
function replay(version: number): readonly Observation[] {
  const [head = '', ...lines] = readFileSync(new URL(`traces/systemd-${version}.txt`, import.meta.url), 'utf8').split('\n');
  const { root = '', prefix = '' } = /rootPid=(?<root>\d+) prefix=(?<prefix>\S+)/.exec(head)?.groups ?? {};
  const realtimeOf = (clockUsec: number) => clockUsec + 1_795_000_000_000_000;
  const tasks = createTaskBook();
  // Callers are named as PID 1 sees them; each is the one whose program began last.
  const callers = new Map(
    lines.flatMap((line, index) => {
      const peer = / peer=(?<peer>\d+)/.exec(line)?.groups?.['peer'];
      const command = lines.slice(0, index).findLast((other) => other.includes('/systemctl pid='));
      const pid = / pid=(?<pid>\d+)/.exec(command ?? '')?.groups?.['pid'];
      return peer === undefined || pid === undefined ? [] : [[Number(peer), Number(pid)] as const];
    }),
  );
  const pids = { ...samePids, outside: (pid: number) => callers.get(pid) };
  const gone = { inspect: () => undefined, remember: () => undefined, recall: () => undefined };
  const people = createPeople({ reader: gone, pids, tasks, realtimeOf });
  const cgroupRoot = { hierarchy: 0, prefix };
  const readCgroup = () => `${prefix}/system.slice/sleepy.service`;
  const observer = new Observer({ rootPid: Number(root), realtimeOf, root: cgroupRoot, tasks, people, pids, readCgroup });
  const found = findBuild(buildIds[version], version);
  observer.attach(found && { module: `/usr/lib/systemd/libsystemd-core-${version}.so`, build: found.build, trust: everything });
  const parser = createStapParser();
  const records = lines.flatMap((text) => {
    const event = decodeLine(text);
    if (event !== undefined) return observer.accept(event);
    tellLifeOfLine(text, tasks);
    return [];
  });
  const text = formatAnnouncement('tracefs', {}) + records.map((seen, index) => formatRecord(seen, index + 1)).join('');
  const place = { file: 'records', line: 1 };
  return [...text.split('\n').flatMap((line) => parser.accept(line, place)), ...parser.finish()];
}

/** PID 1 calls its child `(sleep)` until that has become it. */
function bare(name: string): string {
  return name.replaceAll(/[()]/g, '');
}

/** One line for each record about the service. */
function story(version: number): readonly string[] {
  return replay(version).flatMap((one) => {
    if (isDiscarded(one)) return [`discarded: ${one.reason}`];
    if (!('unit' in one) || one.unit !== 'sleepy.service') return [];
    switch (one.kind) {
      case 'request':
        return [`${one.action} ${one.mode ?? '-'} by ${one.sender?.name}`];
      case 'call-path':
        return [
          `${one.oldState} → ${one.newState} (${one.result}) ← ${one.frames.slice(1).map((frame) => `${frame.function}${frame.reliable ? '' : '?'}`)}`,
        ];
      case 'signal':
        return [`signal ${one.signal} by ${one.sender.name} to ${bare(one.target.name)}`];
      case 'cgroup-empty':
        return [`empty by ${one.how} of ${bare(one.by.name)}`];
      default:
        return [one.kind];
    }
  });
}

const told = [
  'start replace by systemctl',
  'dead → active (success) ← service_start',
  'stop replace by systemctl',
  'signal 15 by systemd to sleep',
  'active → stop-sigterm (success) ← service_stop',
  'empty by exit of sleep',
  'stop-sigterm → dead (success) ← service_sigchld_event',
  'start replace by systemctl',
  'dead → active (success) ← service_start',
  'signal 9 by pkill to sleep',
  'empty by exit of sleep',
  'active → failed (signal) ← service_sigchld_event',
];

describe('What trace_pipe says of a start, a stop, a start and a kill', () => {
  test.each([252, 257, 262])('becomes records that the exporter reads (systemd %d)', (version) => {
    // The sleeper may die before PID 1 has noted that it is to.
    expect(story(version).toSorted()).toEqual(told.toSorted());
  });

  test('becomes records also where only authorizations tell of requests, without the mode (systemd 247)', () => {
    expect(story(247).toSorted()).toEqual(told.map((line) => line.replace(' replace ', ' - ')).toSorted());
  });
});
