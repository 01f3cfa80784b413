import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, readSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openOutput } from '../../src/probe/record-output.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'probe-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

describe('A file', () => {
  test('is appended to, and nobody but the group may read it', async () => {
    const path = join(directory, 'records');
    for (const record of ['one\n', 'two\n']) {
      const output = openOutput({ kind: 'file', path });
      output.write(record);
      await output.close();
    }
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
    expect(statSync(path).mode & 0o777 & ~process.umask()).toBe(0o640 & ~process.umask());
  });

  test('that was moved away is opened anew', async () => {
    const path = join(directory, 'records');
    const output = openOutput({ kind: 'file', path });
    output.write('one\n');
    expect(output.reopen()).toBe(false);
    renameSync(path, `${path}.1`);
    expect(output.reopen()).toBe(true);
    output.write('two\n');
    await output.close();
    expect([readFileSync(`${path}.1`, 'utf8'), readFileSync(path, 'utf8')]).toEqual(['one\n', 'two\n']);
  });

  test('that has become too large is set aside', async () => {
    const path = join(directory, 'records');
    const output = openOutput({ kind: 'file', path }, 4);
    output.write('one\n');
    expect(output.reopen()).toBe(false);
    output.write('two\n');
    expect(output.reopen()).toBe(true);
    output.write('three\n');
    await output.close();
    expect([readFileSync(`${path}.1`, 'utf8'), readFileSync(path, 'utf8')]).toEqual(['one\ntwo\n', 'three\n']);
  });

  test('that cannot be opened is a mistake', () => {
    expect(() => openOutput({ kind: 'file', path: join(directory, 'nowhere/records') })).toThrow('ENOENT');
  });
});

describe('A FIFO', () => {
  test('without a reader takes what it has room for; the rest is dropped and counted', async () => {
    const path = join(directory, 'records');
    execFileSync('mkfifo', [path]);
    const output = openOutput({ kind: 'file', path });
    const record = `${'x'.repeat(9_999)}\n`;
    for (let count = 0; count < 20; count++) output.write(record);
    const dropped = output.dropped();
    expect(dropped).toBeGreaterThan(0);
    expect(output.dropped()).toBe(0);
    const reader = openSync(path, 'r');
    const bytes = Buffer.alloc(100_000);
    readSync(reader, bytes);
    output.write('last\n');
    await output.close();
    expect(output.dropped()).toBe(0);
  });
});

describe('A unix socket', () => {
  test('gets all records', async () => {
    const path = join(directory, 'socket');
    const server = createServer().listen(path);
    await once(server, 'listening');
    const output = openOutput({ kind: 'unix', path });
    const [connection] = await once(server, 'connection');
    output.write('one\n');
    output.write('two\n');
    const received = text(connection);
    await output.close();
    expect(await received).toBe('one\ntwo\n');
    server.close();
  });

  test('that nobody listens at is broken', async () => {
    const path = join(directory, 'socket');
    writeFileSync(path, '');
    const output = openOutput({ kind: 'unix', path });
    await expect(output.broken).rejects.toThrow('ECONNREFUSED');
    output.write('one\n');
    expect(output.dropped()).toBe(1);
  });
});
