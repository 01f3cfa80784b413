import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { maxSpooledBytes } from '../../../src/sources/files/read-spooled.ts';
import { setAside } from '../../../src/sources/files/set-aside.ts';
import { Spool, type SpooledDump, type SpoolOptions } from '../../../src/sources/files/spool.ts';
import { createMemoryLog } from './memory-log.ts';

const never = new AbortController().signal;

describe('Spool', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'spool-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  function open(options: Partial<SpoolOptions> = {}) {
    const dumps: string[] = [];
    const rejected: string[] = [];
    const { log, records } = createMemoryLog();
    const spool = new Spool({
      directory,
      keep: false,
      whenSafe: (commit) => commit(),
      log,
      read: ({ unit, bytes }: SpooledDump) => {
        dumps.push(`${unit} ${bytes.toString()}`);
        return true;
      },
      onRejected: (path, reason) => rejected.push(`${path.slice(directory.length + 1)}: ${reason}`),
      ...options,
    });
    return { spool, dumps, rejected, records };
  }

  async function drop(name: string, content: string | Buffer = name): Promise<string> {
    await writeFile(join(directory, '.new'), content);
    await rename(join(directory, '.new'), join(directory, name));
    return join(directory, name);
  }

  test('reads what lies there, oldest first whatever the units and digits, and removes it', async () => {
    await drop('b.service.1600000003');
    await drop('z.service.1600000001');
    await drop('a.service.1600000002000000');
    const { spool, dumps } = open();
    await spool.scan(never);
    expect(dumps).toEqual([
      'z.service z.service.1600000001',
      'a.service a.service.1600000002000000',
      'b.service b.service.1600000003',
    ]);
    expect(await readdir(directory)).toEqual([]);
  });

  test('ignores what is being written', async () => {
    await writeFile(join(directory, '.x.service.1600000001'), 'half');
    const { spool, dumps, rejected } = open();
    await spool.scan(never);
    expect([dumps, rejected]).toEqual([[], []]);
    expect(await readdir(directory)).toEqual(['.x.service.1600000001']);
  });

  test('moves what was read to done/ where it is to be kept', async () => {
    await drop('x.service.1600000001');
    const { spool, dumps } = open({ keep: true });
    await spool.scan(never);
    await spool.scan(never);
    expect(dumps.length).toBe(1);
    expect(await readdir(join(directory, 'done'))).toEqual(['x.service.1600000001']);
  });

  test('removes a dump only once it is safe, does not read it twice, and takes another one of its name', async () => {
    const commits: (() => Promise<void>)[] = [];
    const { spool, dumps } = open({ whenSafe: (commit) => void commits.push(commit) });
    await drop('x.service.1600000001', 'first');
    await spool.scan(never);
    await spool.scan(never);
    expect(dumps).toEqual(['x.service first']);
    await drop('x.service.1600000001', 'second');
    await commits[0]?.();
    await spool.scan(never);
    expect(dumps).toEqual(['x.service first', 'x.service second']);
    await commits[1]?.();
    expect(await readdir(directory)).toEqual([]);
    await drop('x.service.1600000001', 'third');
    await spool.scan(never);
    expect(dumps.at(-1)).toBe('x.service third');
  });

  test('sets junk aside, says why, and goes on', async () => {
    const socket = createServer().listen(join(directory, 'socket.service.1600000001'));
    await drop('README');
    await drop('empty.service.1600000001', '');
    await drop('large.service.1600000001', Buffer.alloc(maxSpooledBytes + 1));
    await symlink('/etc/passwd', join(directory, 'link.service.1600000001'));
    execFileSync('mkfifo', [join(directory, 'fifo.service.1600000001')]);
    await mkdir(join(directory, 'directory.service.1600000001'));
    await drop('full.service.1600000001', Buffer.alloc(maxSpooledBytes, 'x'));
    await drop('good.service.1600000002');
    const { spool, dumps, rejected } = open();
    await spool.scan(never);
    expect(dumps.map((dump) => dump.slice(0, 13))).toEqual(['full.service ', 'good.service ']);
    expect(rejected).toEqual([
      'README: its name is not UNIT.TIMESTAMP',
      'directory.service.1600000001: it is no regular file',
      'empty.service.1600000001: it is empty',
      'fifo.service.1600000001: it is no regular file',
      'large.service.1600000001: it is too large',
      'link.service.1600000001: it is no regular file',
      'socket.service.1600000001: it is no regular file',
    ]);
    expect(await readdir(directory)).toEqual(['rejected']);
    expect((await readdir(join(directory, 'rejected'))).length).toBe(7);
    expect((await stat(join(directory, 'rejected'))).mode & 0o777).toBe(0o700);
    await new Promise((resolve) => socket.close(resolve));
  });

  test('sets aside what its reader finds nothing in', async () => {
    await drop('x.service.1600000001');
    const { spool, rejected } = open({ read: () => false });
    await spool.scan(never);
    expect(rejected).toEqual(['x.service.1600000001: it holds nothing that belongs here']);
  });

  test('reports junk that cannot be moved once and passes it over', async () => {
    await drop('junk');
    await writeFile(join(directory, 'rejected'), 'a file where our directory should be');
    const { spool, rejected, records } = open();
    await spool.scan(never);
    await spool.scan(never);
    expect(rejected).toEqual(['junk: its name is not UNIT.TIMESTAMP']);
    expect(records.all).toMatchObject([
      { level: 'warn', msg: 'Cannot move a file out of the spool', path: join(directory, 'junk') },
    ]);
  });

  test('takes no notice of a file that vanishes between listing and reading', async () => {
    await drop('a.service.1600000001');
    await drop('b.service.1600000002');
    const { spool, rejected, dumps } = open({
      whenSafe: async (commit) => {
        await commit();
        await unlink(join(directory, 'b.service.1600000002'));
      },
    });
    await spool.scan(never);
    expect([dumps.length, rejected]).toEqual([1, []]);
  });

  test('stops between two files once aborted', async () => {
    await drop('a.service.1600000001');
    await drop('b.service.1600000002');
    const controller = new AbortController();
    const { spool, dumps } = open({
      whenSafe: (commit) => {
        controller.abort();
        return commit();
      },
    });
    await spool.scan(controller.signal);
    expect(dumps.length).toBe(1);
    expect(await readdir(directory)).toEqual(['b.service.1600000002']);
  });

  test('rejects where the directory cannot be listed', async () => {
    await expect(open({ directory: join(directory, 'absent') }).spool.scan(never)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('setAside', () => {
  test('keeps a bounded number of files, the last one among them', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'set-aside-'));
    for (const name of ['c', 'b', 'a', 'd']) {
      await writeFile(join(directory, name), '');
      await setAside({ path: join(directory, name), into: 'rejected', keep: 1 });
    }
    expect(await readdir(join(directory, 'rejected'))).toEqual(['d']);
    await setAside({ path: join(directory, 'absent'), into: 'rejected', keep: 1 });
    await rm(directory, { recursive: true });
  });
});
