import { describe, expect, test } from 'vitest';
import { cgroupEmptied, taskMoved } from '../../src/probe/cgroup-events.ts';
import { samePids } from '../../src/probe/pid-names.ts';
import { signalSent } from '../../src/probe/signals.ts';
import { createTaskBook } from '../../src/probe/task-book.ts';

const service = '/system.slice/a.service';

function bed() {
  const tasks = createTaskBook();
  const people = {
    remember: () => undefined,
    rememberInside: () => undefined,
    describe: (pid: number, comm: string) => ({ sender: { pid, name: comm }, ancestry: [{ pid, name: comm }] }),
    describeInside: () => undefined,
  };
  const realtimeOf = (clockUsec: number) => clockUsec;
  return { tasks, people, pids: samePids, realtimeOf, root: { hierarchy: 0, prefix: '' } };
}

function emptied(pid: number, comm: string, clockUsec: number, hierarchy = 0) {
  return { kind: 'cgroup-emptied', pid, comm, clockUsec, hierarchy, path: service } as const;
}

describe('cgroupEmptied()', () => {
  test('the last one ended: the kernel noticed in its own context', () => {
    const parts = bed();
    parts.tasks.moved(10, service);
    parts.tasks.exited(10, 'sleep', 1_000);
    expect(cgroupEmptied(emptied(10, 'sleep', 1_200), parts)).toEqual({
      kind: 'cgroup-empty',
      atUsec: 1_200,
      cgroup: service,
      unit: 'a.service',
      how: 'exit',
      by: { pid: 10, name: 'sleep' },
      ancestry: [{ pid: 10, name: 'sleep' }],
    });
  });

  test('the last one ended, and newer kernels noticed while another one was running', () => {
    const parts = bed();
    parts.tasks.moved(10, service);
    parts.tasks.exited(10, 'sleep', 1_000);
    expect(cgroupEmptied(emptied(77, 'other', 1_200), parts)).toMatchObject({ how: 'exit', by: { pid: 10, name: 'sleep' } });
  });

  test('somebody moved the last one away, though another had just ended', () => {
    const parts = bed();
    parts.tasks.moved(10, service);
    parts.tasks.moved(11, service);
    parts.tasks.exited(10, 'sleep', 1_000);
    expect(cgroupEmptied(emptied(77, 'mover', 1_200), parts)).toMatchObject({ how: 'migration', by: { pid: 77, name: 'mover' } });
  });

  test('says nothing of a hierarchy that is not systemd’s, and of what a unit has below its own', () => {
    expect(cgroupEmptied(emptied(10, 'sleep', 1, 5), bed())).toBeUndefined();
    expect(cgroupEmptied({ ...emptied(10, 'sleep', 1), path: `${service}/payload.service` }, bed())).toBeUndefined();
  });
});

describe('taskMoved()', () => {
  const move = {
    kind: 'task-attached',
    pid: 77,
    comm: 'mover',
    clockUsec: 5,
    hierarchy: 0,
    path: '/elsewhere',
    taskPid: 10,
    taskComm: 'sleep',
  } as const;

  test('tells who moved what out of a service', () => {
    const parts = bed();
    parts.tasks.moved(10, service);
    expect(taskMoved(move, parts)).toEqual({
      kind: 'cgroup-move',
      atUsec: 5,
      unit: 'a.service',
      from: service,
      to: '/elsewhere',
      task: { pid: 10, name: 'sleep', unit: 'a.service' },
      sender: { pid: 77, name: 'mover' },
      ancestry: [{ pid: 77, name: 'mover' }],
    });
    expect(parts.tasks.find(10)?.cgroup).toBe('/elsewhere');
  });

  test.each([
    ['one that comes into its first unit', undefined, move],
    ['one of a session', '/user.slice/session-2.scope', move],
    ['one within its unit', service, { ...move, path: `${service}/worker` }],
    ['one in another hierarchy', service, { ...move, hierarchy: 5 }],
  ])('says nothing of %s', (_, from, event) => {
    const parts = bed();
    if (from !== undefined) parts.tasks.moved(10, from);
    expect(taskMoved(event, parts)).toBeUndefined();
  });
});

describe('signalSent()', () => {
  const signal = {
    kind: 'signal-generated',
    pid: 77,
    comm: 'pkill',
    clockUsec: 5,
    signal: 9,
    code: 0,
    targetPid: 10,
    targetComm: 'sleep',
  } as const;

  test('tells who sent which signal to a process of a service', () => {
    const parts = bed();
    parts.tasks.moved(10, service);
    expect(signalSent(signal, parts)).toEqual({
      kind: 'signal',
      atUsec: 5,
      signal: 9,
      unit: 'a.service',
      fromKernel: false,
      target: { pid: 10, name: 'sleep', unit: 'a.service' },
      sender: { pid: 77, name: 'pkill' },
      ancestry: [{ pid: 77, name: 'pkill' }],
    });
  });

  test('also to one that has ended since, and by the kernel itself', () => {
    const parts = bed();
    parts.tasks.moved(10, service);
    parts.tasks.exited(10, 'sleep', 6);
    expect(signalSent({ ...signal, code: 128 }, parts)).toMatchObject({ unit: 'a.service', fromKernel: true });
  });

  test('says nothing of signals to others', () => {
    expect(signalSent(signal, bed())).toBeUndefined();
  });
});
