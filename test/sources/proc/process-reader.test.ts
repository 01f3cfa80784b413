import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPasswd } from '../../../src/sources/proc/passwd.ts';
import { createProcessReader, type ProcessReader } from '../../../src/sources/proc/process-reader.ts';
import { FakeProc, statusOf } from './fake-proc.ts';

describe('createProcessReader', () => {
  let proc: FakeProc;
  let reader: ProcessReader;
  let nowMs = 0;

  beforeEach(() => {
    proc = new FakeProc();
    nowMs = 0;
    writeFileSync(join(proc.directory, 'passwd'), 'root:x:0:0::/:\nada:x:1000:1000::/:\n');
    const passwd = createPasswd(join(proc.directory, 'passwd'));
    reader = createProcessReader({ procDirectory: proc.directory, passwd, nowMs: () => nowMs });
    proc.write(1, {
      name: 'systemd',
      parentPid: 0,
      startTicks: 1,
      cmdline: '/sbin/init\0',
      cgroup: '0::/init.scope\n',
      status: statusOf(1, 0),
    });
  });
  afterEach(() => proc.close());

  test('tells all there is to know, outermost parent first', () => {
    proc.write(1031, { name: 'sshd', startTicks: 50, cgroup: '0::/system.slice/ssh.service\n', status: statusOf(1031, 0) });
    proc.write(3265, { name: 'bash', parentPid: 1031, startTicks: 90, terminal: 34816 });
    proc.write(11733, {
      name: 'systemctl',
      parentPid: 3265,
      startTicks: 250,
      terminal: 34816,
      cmdline: 'systemctl\0stop\0ovs-vswitchd\0--token\0hunter2\0',
      cgroup: '0::/user.slice/user-1000.slice/session-2.scope\n',
      status: statusOf(11733, 1000),
      loginuid: '1000',
      sessionid: '2',
      environ: 'PGPASSWORD=hunter2\0TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\0',
    });
    expect(reader.inspect(11733)).toEqual({
      process: {
        pid: 11733,
        name: 'systemctl',
        startedAtUsec: 1_600_000_002_500_000,
        tty: 'pts/0',
        command: 'systemctl stop ovs-vswitchd --token ***',
        unit: 'session-2.scope',
        uid: 1000,
        user: 'ada',
        loginUid: 1000,
        session: '2',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
      ancestry: [
        {
          pid: 1,
          name: 'systemd',
          startedAtUsec: 1_600_000_000_010_000,
          command: '/sbin/init',
          unit: 'init.scope',
          uid: 0,
          user: 'root',
        },
        { pid: 1031, name: 'sshd', startedAtUsec: 1_600_000_000_500_000, unit: 'ssh.service', uid: 0, user: 'root' },
        { pid: 3265, name: 'bash', startedAtUsec: 1_600_000_000_900_000, tty: 'pts/0' },
        expect.objectContaining({ pid: 11733 }),
      ],
    });
  });

  test.each([
    ['version 1', '8:pids:/x\n1:name=systemd:/user.slice/user-0.slice/session-4.scope\n', 'session-4.scope', '4'],
    ['both versions', '1:name=systemd:/system.slice/cron.service\n0::/system.slice/cron.service\n', 'cron.service', undefined],
    ['version 2', '0::/user.slice/user-1000.slice/session-c1.scope\n', 'session-c1.scope', 'c1'],
    ['a removed cgroup', '0::/system.slice/a.service (deleted)\n', 'a.service', undefined],
    ['the root', '0::/\n', undefined, undefined],
  ])('finds the unit and the session in cgroups of %s', (_, cgroup, unit, session) => {
    proc.write(7, { cgroup, sessionid: '4294967295', loginuid: '4294967295' });
    const process = reader.inspect(7)?.process;
    expect([process?.unit, process?.session, process?.loginUid]).toEqual([unit, session, undefined]);
  });

  test.each([
    ['logind’s name for it', '0::/user.slice/user-0.slice/session-c1.scope\n', 'c1'],
    ['the kernel’s number for it outside of its scope', '0::/system.slice/a.service\n', '52'],
  ])('gives a session %s', (_, cgroup, session) => {
    proc.write(7, { cgroup, sessionid: '52' });
    expect(reader.inspect(7)?.process.session).toBe(session);
  });

  test('tells what little a process leaves that is gone after its first file', () => {
    proc.write(7, { name: 'busctl' });
    expect(reader.inspect(7)?.process).toEqual({ pid: 7, name: 'busctl', startedAtUsec: 1_600_000_001_000_000 });
  });

  test('knows nothing of a pid that nobody has', () => {
    expect([8, 0, -1, 1.5, Number.NaN, 2 ** 31].map((pid) => reader.inspect(pid))).toEqual(Array(6).fill(undefined));
  });

  describe('of a chain of parents', () => {
    const pids = (pid: number): readonly unknown[] => reader.inspect(pid)?.ancestry.map((process) => process.pid) ?? [];

    test('ends it where a parent is gone', () => {
      proc.write(7, { parentPid: 6 });
      expect(pids(7)).toEqual([7]);
    });

    test('ends it where a parent’s pid belongs to a younger process', () => {
      proc.write(6, { startTicks: 101 });
      proc.write(7, { parentPid: 6, startTicks: 100 });
      expect(pids(7)).toEqual([7]);
    });

    test('ends it at kernel threads and at the border of a container', () => {
      proc.write(2, { name: 'kthreadd', parentPid: 0 });
      proc.write(7, { parentPid: 2 });
      expect(pids(7)).toEqual([2, 7]);
    });

    test('does not follow a loop', () => {
      proc.write(6, { parentPid: 7 });
      proc.write(7, { parentPid: 6 });
      expect(pids(7)).toEqual([6, 7]);
    });

    test('has at most 64 parents', () => {
      for (let pid = 100; pid < 200; pid++) proc.write(pid, { parentPid: pid - 1 });
      expect(pids(199)).toHaveLength(65);
    });
  });

  describe('of what was read before', () => {
    test('repeats it for a burst of questions, and reads again after a second', () => {
      proc.write(7, { cmdline: 'sshd: unknown [priv]\0' });
      const command = (): string | undefined => reader.inspect(7)?.process.command;
      const first = command();
      writeFileSync(join(proc.directory, '7/cmdline'), 'sshd: ada [priv]\0');
      nowMs = 999;
      const second = command();
      nowMs = 1000;
      expect([first, second, command()]).toEqual(['sshd: unknown [priv]', 'sshd: unknown [priv]', 'sshd: ada [priv]']);
    });

    test.each([
      ['another process has the pid now', { startTicks: 101 }],
      ['the process runs another program now', { name: 'systemctl' }],
      ['the process runs the program anew', { argumentsAt: 6000 }],
    ])('reads again where %s', (_, change) => {
      const before = { name: 'sh', startTicks: 100, argumentsAt: 5000, cmdline: 'old\0' };
      proc.write(7, before);
      reader.inspect(7);
      proc.write(7, { ...before, ...change, cmdline: 'new\0' });
      expect(reader.inspect(7)?.process.command).toBe('new');
    });

    test('keeps what a process was when it is a zombie', () => {
      proc.write(7, { cmdline: 'systemctl\0stop\0a\0' });
      reader.inspect(7);
      nowMs = 5000;
      proc.write(7, { state: 'Z', argumentsAt: 0, cmdline: '' });
      expect(reader.inspect(7)?.process.command).toBe('systemctl stop a');
      proc.write(7, { state: 'Z', argumentsAt: 0, cmdline: '', startTicks: 200 });
      expect(reader.inspect(7)?.process.command).toBeUndefined();
    });

    test('never gives one process the identity of another one, whatever comes and goes', () => {
      const last = new Map<number, string>();
      const step = fc.record({
        pid: fc.integer({ min: 2, max: 4 }),
        startTicks: fc.integer({ min: 1, max: 3 }),
        gone: fc.boolean(),
      });
      fc.assert(
        fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
          for (const { pid, startTicks, gone } of steps) {
            if (gone) proc.remove(pid);
            else proc.write(pid, { startTicks, cmdline: `${pid} ${startTicks}\0` });
            const expected = gone ? undefined : `${pid} ${startTicks}`;
            expect(reader.remember(pid)?.process.command).toBe(expected);
            if (expected !== undefined) last.set(pid, expected);
            expect(reader.recall(pid)?.process.command).toBe(last.get(pid));
          }
          for (const pid of [2, 3, 4]) proc.remove(pid);
        }),
        { numRuns: 40 },
      );
    });
  });

  describe('recall', () => {
    beforeEach(() => {
      proc.write(7, { cmdline: 'busctl\0call\0', startTicks: 100 });
      reader.remember(7);
      proc.remove(7);
    });

    test('knows a process that is gone, and its parents', () => {
      const recalled = reader.recall(7);
      expect(recalled?.process).toMatchObject({ pid: 7, command: 'busctl call', startedAtUsec: 1_600_000_001_000_000 });
      expect(recalled?.ancestry.map(({ pid }) => pid)).toEqual([1, 7]);
      expect(reader.inspect(7)).toBeUndefined();
    });

    test('forgets after a minute', () => {
      nowMs = 60_000;
      expect(reader.recall(7)).toBeDefined();
      nowMs = 60_001;
      expect(reader.recall(7)).toBeUndefined();
    });

    test('does not say who is meant where the pid belongs to another process already', () => {
      proc.write(7, { startTicks: 200 });
      expect(reader.recall(7)).toBeUndefined();
    });

    test('knows nothing that was not remembered', () => {
      proc.write(8, {});
      reader.inspect(8);
      proc.remove(8);
      expect(reader.recall(8)).toBeUndefined();
    });

    test('keeps the latest 4096', () => {
      proc.write(9, {});
      for (let pid = 10; pid < 10 + 4096; pid++) {
        proc.write(pid, {});
        reader.remember(pid);
        proc.remove(pid);
      }
      expect([reader.recall(7), reader.recall(10)?.process.pid, reader.recall(4105)?.process.pid]).toEqual([undefined, 10, 4105]);
    });
  });

  test('names the process that a thread belongs to', () => {
    proc.write(20, { name: 'node', cmdline: 'node\0ci.js\0', status: statusOf(20, 0) });
    proc.write(23, { name: 'libuv-worker', startTicks: 101, status: statusOf(20, 0).replace('Pid:\t20', 'Pid:\t23') });
    expect(reader.remember(23)?.process).toMatchObject({ pid: 20, name: 'node', command: 'node ci.js' });
    proc.remove(23);
    expect(reader.recall(23)?.process.pid).toBe(20);
  });

  describe('visibility', () => {
    test('is full where PID 1 can be seen', () => expect(reader.visibility()).toBe('full'));

    test('is of the own processes where it cannot', () => {
      proc.remove(1);
      expect(reader.visibility()).toBe('own-processes');
    });

    test('is none where there is no /proc', () => {
      expect(createProcessReader({ procDirectory: join(proc.directory, 'missing') }).visibility()).toBe('none');
    });
  });

  test('takes files of any bytes, and files that are directories', () => {
    const bytes = fc.uint8Array({ maxLength: 400 });
    const files = ['stat', 'status', 'cmdline', 'cgroup', 'loginuid', 'sessionid', 'environ'];
    fc.assert(
      fc.property(
        fc.array(bytes, { minLength: files.length, maxLength: files.length }),
        fc.boolean(),
        (contents, isStatValid) => {
          proc.write(7, {});
          files.forEach((file, index) => {
            if (file !== 'stat' || !isStatValid) writeFileSync(join(proc.directory, '7', file), contents[index] ?? '');
          });
          nowMs += 2000;
          expect(reader.inspect(7)?.process.pid ?? 7).toBe(7);
        },
      ),
      { numRuns: 50 },
    );
    proc.remove(7);
    mkdirSync(join(proc.directory, '7/stat'), { recursive: true });
    expect(reader.inspect(7)).toBeUndefined();
  });
});
