import { describe, expect, test } from 'vitest';
import type { Process } from '../../src/model/process.ts';
import { createPeople } from '../../src/probe/people.ts';
import { samePids } from '../../src/probe/pid-names.ts';
import { createTaskBook, type TaskBook } from '../../src/probe/task-book.ts';

const systemd: Process = { pid: 1, name: 'systemd', startedAtUsec: 0 };
const bash: Process = { pid: 50, name: 'bash', startedAtUsec: 0, uid: 1000, session: '2', tty: 'pts/0' };

function people(living: readonly (readonly Process[])[], tasks: TaskBook = createTaskBook()) {
  const find = (pid: number) => {
    const ancestry = living.find((one) => one.at(-1)?.pid === pid);
    const process = ancestry?.at(-1);
    return ancestry === undefined || process === undefined ? undefined : { process, ancestry };
  };
  const reader = { inspect: find, remember: find, recall: () => undefined };
  return createPeople({ reader, pids: samePids, tasks, realtimeOf: (clockUsec) => clockUsec + 10_000_000 });
}

describe('describe()', () => {
  test('tells of the living what /proc tells', () => {
    expect(people([[systemd, bash]]).describe(50, 'bash', 0)).toEqual({ sender: bash, ancestry: [systemd, bash] });
  });

  test('tells of one who is gone what was seen of him, and his parents', () => {
    const tasks = createTaskBook();
    tasks.moved(50, '/user.slice/user-1000.slice/session-2.scope');
    tasks.forked(60, 50, 5_000);
    tasks.named(60, 'pkill');
    const { sender, ancestry } = people([[systemd, bash]], tasks).describe(60, '<...>', 6_000);
    expect(sender).toEqual({
      pid: 60,
      name: 'pkill',
      startedAtUsec: 10_005_000,
      unit: 'session-2.scope',
      session: '2',
      tty: 'pts/0',
    });
    expect(ancestry).toEqual([systemd, bash, sender]);
  });

  test('names a parent who is gone too', () => {
    const tasks = createTaskBook();
    tasks.forked(60, 50, 5_000);
    tasks.named(60, 'sh');
    tasks.forked(61, 60, 5_100);
    const { ancestry } = people([[systemd, bash]], tasks).describe(61, 'kill', 6_000);
    expect(ancestry.map(({ name }) => name)).toEqual(['systemd', 'bash', 'sh', 'kill']);
  });

  test('names the parents that went while their child was being read', () => {
    const kill: Process = { pid: 61, name: 'kill', startedAtUsec: 0 };
    const tasks = createTaskBook();
    tasks.forked(60, 50, 5_000);
    tasks.named(60, 'sh');
    tasks.forked(61, 60, 5_100);
    const { ancestry } = people([[systemd, bash], [kill]], tasks).describe(61, 'kill', 6_000);
    expect(ancestry.map(({ name }) => name)).toEqual(['systemd', 'bash', 'sh', 'kill']);
  });

  test('knows the unit of one who ended while he was being read', () => {
    const kill: Process = { pid: 61, name: 'kill', startedAtUsec: 0 };
    const tasks = createTaskBook();
    tasks.moved(50, '/system.slice/saboteur.service');
    tasks.forked(61, 50, 5_000);
    const { sender, ancestry } = people([[systemd, kill]], tasks).describe(61, 'kill', 6_000);
    expect(sender).toEqual({ ...kill, unit: 'saboteur.service' });
    expect(ancestry).toEqual([systemd, sender]);
  });

  test('does not take one who got the pid later for the one who had it', () => {
    const later: Process = { pid: 60, name: 'cron', startedAtUsec: 20_000_000 };
    expect(people([[systemd, later]]).describe(60, 'kill', 6_000).sender.name).toBe('kill');
  });

  test('says unknown of one of whom nothing was seen', () => {
    expect(people([]).describe(60, '<...>', 6_000)).toEqual({
      sender: { pid: 60, name: 'unknown' },
      ancestry: [{ pid: 60, name: 'unknown' }],
    });
  });

  test('does not follow parents round in a circle', () => {
    const tasks = createTaskBook();
    tasks.forked(60, 61, 1);
    tasks.forked(61, 60, 2);
    expect(people([], tasks).describe(60, 'a', 3).ancestry.length).toBeLessThan(100);
  });
});
