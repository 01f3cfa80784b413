import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import {
  appendFile,
  chmod,
  chown,
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  rename,
  rm,
  symlink,
  truncate,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TailNotice } from '../../../src/sources/files/followed-log.ts';
import { tailFile } from '../../../src/sources/files/tail-file.ts';
import { Seen } from './seen.ts';

interface Tailing {
  readonly lines: Seen<string>;
  readonly notices: Seen<TailNotice['event']>;
  readonly numbers: number[];
  /** After the last line. */
  position(): string | undefined;
  stop(): Promise<void>;
}

describe('tailFile', () => {
  let directory = '';
  let path = '';
  const running: Tailing[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tail-file-'));
    path = join(directory, 'stap.log');
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((tailing) => tailing.stop()));
    await rm(directory, { recursive: true, force: true });
  });

  function tail(position?: string, file = path): Tailing {
    const controller = new AbortController();
    const lines = new Seen<string>();
    const notices = new Seen<TailNotice['event']>();
    const numbers: number[] = [];
    let reached: string | undefined;
    const finished = tailFile(
      {
        path: file,
        position,
        onLines: (batch, positionAfter) => {
          reached = positionAfter(batch.at(-1)!);
          numbers.push(...batch.map(({ number }) => number));
          lines.push(...batch.map(({ text }) => text));
        },
        onNotice: ({ event }) => notices.push(event),
        retryMs: 20,
      },
      controller.signal,
    );
    const tailing: Tailing = {
      lines,
      notices,
      numbers,
      position: () => reached,
      stop: () => {
        controller.abort();
        return finished;
      },
    };
    running.push(tailing);
    return tailing;
  }

  test('reads a log from its beginning and then what is appended; a half line waits for its newline', async () => {
    await writeFile(path, 'one\ntwo\nhal');
    const { lines, notices, numbers } = tail();
    await lines.count(2);
    await notices.count(1);
    await appendFile(path, 'f\nfour\n');
    await lines.count(4);
    await appendFile(path, 'five\n');
    await lines.count(5);
    expect(lines.all).toEqual(['one', 'two', 'half', 'four', 'five']);
    expect(numbers).toEqual([1, 2, 3, 4, 5]);
    expect(notices.all).toEqual(['following']);
  });

  test.each(['anybody may write', 'somebody else has made'])(
    'reads nothing of a log that %s, until it is one to trust',
    async (who) => {
      await writeFile(path, 'forged\n');
      if (who === 'anybody may write') await chmod(path, 0o666);
      else if (process.geteuid?.() === 0) await chown(path, 65_534, 65_534);
      else return;
      const { lines, notices } = tail();
      await notices.until((all) => all.includes('unreadable'));
      await unlink(path);
      await writeFile(path, 'true\n');
      await lines.count(1);
      expect(lines.all).toEqual(['true']);
    },
  );

  test('reads a log of many chunks whole', async () => {
    const written = Array.from({ length: 20_000 }, (_, index) => `line ${index}`);
    await writeFile(path, `${written.join('\n')}\n`);
    const { lines } = tail();
    await lines.count(written.length);
    expect(lines.all).toEqual(written);
  });

  test('finishes a renamed log, also what its writer still adds, and then reads the new one', async () => {
    const writer = await open(path, 'a');
    await writer.write('one\n');
    const { lines, notices, numbers } = tail();
    await notices.count(1);
    await rename(path, `${path}.1`);
    await notices.until((all) => all.includes('missing'));
    await writer.write('two\n');
    await lines.count(2);
    await writeFile(path, '');
    await notices.until((all) => all.filter((event) => event === 'following').length === 2);
    await writer.write('three\nhalf');
    await lines.count(3);
    await writer.close();
    await appendFile(path, 'four\n');
    await lines.count(5);
    expect(lines.all).toEqual(['one', 'two', 'three', 'half', 'four']);
    expect(numbers).toEqual([1, 2, 3, 4, 1]);
    expect(notices.all.at(-1)).toBe('rotated');
  });

  test('goes over to a log that was renamed into place', async () => {
    await writeFile(path, 'old\n');
    const { lines } = tail();
    await lines.count(1);
    await writeFile(join(directory, 'new'), 'new\n');
    await rename(join(directory, 'new'), path);
    await lines.count(2);
    await appendFile(path, 'newer\n');
    await lines.count(3);
    expect(lines.all).toEqual(['old', 'new', 'newer']);
  });

  test('begins again where the log was truncated', async () => {
    await writeFile(path, 'a long first line\nhalf');
    const { lines, notices, numbers } = tail();
    await lines.count(1);
    await truncate(path, 0);
    await notices.until((all) => all.includes('truncated'));
    await appendFile(path, 'again\n');
    await lines.count(3);
    expect(lines.all).toEqual(['a long first line', 'half', 'again']);
    expect(numbers).toEqual([1, 2, 1]);
  });

  test('notices a truncation even where the log has outgrown its old size since', async () => {
    await writeFile(path, 'first\n');
    const { lines, notices } = tail();
    await notices.count(1);
    const writer = openSync(path, 'r+');
    writeSync(writer, 'other, and longer than before\n', 0);
    closeSync(writer);
    await lines.count(2);
    expect(lines.all).toEqual(['first', 'other, and longer than before']);
  });

  test('waits for a log that is missing, and for its directory', async () => {
    const late = join(directory, 'late', 'stap.log');
    const { lines, notices } = tail(undefined, late);
    await notices.count(1);
    await mkdir(join(directory, 'late'));
    await writeFile(late, 'one\n');
    await lines.count(1);
    await rm(join(directory, 'late'), { recursive: true });
    await notices.until((all) => all.filter((event) => event === 'missing').length === 2);
    await mkdir(join(directory, 'late'));
    await writeFile(late, 'two\n');
    await lines.count(2);
    await appendFile(late, 'three\n');
    await lines.count(3);
    expect(lines.all).toEqual(['one', 'two', 'three']);
    expect(notices.all).toEqual(['missing', 'following', 'missing', 'rotated', 'following']);
  });

  test('reads a log that was deleted and came back from its beginning', async () => {
    await writeFile(path, 'one\n');
    const { lines, notices } = tail();
    await lines.count(1);
    await unlink(path);
    await notices.until((all) => all.includes('missing'));
    await writeFile(path, 'two\n');
    await lines.count(2);
    expect(lines.all).toEqual(['one', 'two']);
  });

  test('reports a directory in the place of the log once and waits for the log', async () => {
    await mkdir(path);
    const { lines, notices } = tail();
    await notices.count(1);
    await writeFile(join(path, 'inside'), '');
    await rm(path, { recursive: true });
    await notices.until((all) => all.includes('missing'));
    await writeFile(path, 'one\n');
    await lines.count(1);
    await notices.count(3);
    expect(notices.all).toEqual(['not-a-file', 'missing', 'following']);
  });

  test('follows a log through a symbolic link', async () => {
    await mkdir(join(directory, 'elsewhere'));
    const target = join(directory, 'elsewhere', 'real.log');
    await writeFile(target, 'one\n');
    await symlink(target, path);
    const { lines } = tail();
    await lines.count(1);
    await appendFile(target, 'two\n');
    await lines.count(2);
    await writeFile(join(directory, 'other.log'), 'three\n');
    await symlink(join(directory, 'other.log'), join(directory, 'link'));
    await rename(join(directory, 'link'), path);
    await lines.count(3);
    expect(lines.all).toEqual(['one', 'two', 'three']);
  });

  test('reads a FIFO as long as it is written to, over its writers', async () => {
    execFileSync('mkfifo', [path]);
    const { lines, notices, position } = tail();
    await notices.count(1);
    const first = await open(path, 'w');
    await first.write('one\ntw');
    await lines.count(1);
    await first.write('o\nlast of the first');
    await first.close();
    await lines.count(3);
    const second = await open(path, 'w');
    await second.write('four\n');
    await lines.count(4);
    await second.close();
    expect(lines.all).toEqual(['one', 'two', 'last of the first', 'four']);
    expect(notices.all).toEqual(['following']);
    expect(position()).toBeUndefined();
  });

  test('goes over from a FIFO nobody writes to to what takes its place', async () => {
    execFileSync('mkfifo', [path]);
    const { lines, notices } = tail();
    await notices.count(1);
    await writeFile(join(directory, 'new'), 'one\n');
    await rename(join(directory, 'new'), path);
    await lines.count(1);
    expect(lines.all).toEqual(['one']);
  });

  describe('from a position', () => {
    const filler = `${'systemd-stop-exporter records version=1 '.padEnd(300, '.')}\n`;

    async function readUpTo(count: number): Promise<string> {
      const { lines, position, stop } = tail();
      await lines.count(count);
      await stop();
      return position() ?? '';
    }

    test('goes on after the last line, with its number, and reads a half line whole', async () => {
      await writeFile(path, 'one\ntwo\nhal');
      const position = await readUpTo(2);
      await appendFile(path, 'f\nfour\n');
      const { lines, numbers, notices } = tail(position);
      await lines.count(2);
      expect(lines.all).toEqual(['half', 'four']);
      expect(numbers).toEqual([3, 4]);
      expect(notices.all[0]).toBe('resumed');
    });

    test('finishes a log that was renamed meanwhile before it reads the new one', async () => {
      await writeFile(path, 'one\n');
      const position = await readUpTo(1);
      await appendFile(path, 'two\n');
      await rename(path, `${path}.1`);
      await writeFile(path, 'three\n');
      const { lines } = tail(position);
      await lines.count(2);
      expect(lines.all).toEqual(['two', 'three']);
    });

    test('finishes the copy of a log that was copied and truncated meanwhile', async () => {
      await writeFile(path, `${filler}one\n`);
      const position = await readUpTo(2);
      await appendFile(path, 'two\n');
      await copyFile(path, `${path}-20201123`);
      await truncate(path, 0);
      await appendFile(path, 'three\n');
      const { lines } = tail(position);
      await lines.count(2);
      expect(lines.all).toEqual(['two', 'three']);
    });

    test('begins from the start where the same inode holds another log', async () => {
      await writeFile(path, 'one\ntwo\n');
      const position = await readUpTo(2);
      await writeFile(path, 'an entirely different log\n');
      const { lines, notices } = tail(position);
      await lines.count(1);
      expect(lines.all).toEqual(['an entirely different log']);
      expect(notices.all[0]).toBe('position-lost');
    });

    test('begins from the start where the position makes no sense', async () => {
      await writeFile(path, 'one\n');
      const { lines, notices } = tail('of another version');
      await lines.count(1);
      expect(notices.all[0]).toBe('position-lost');
    });

    test('keeps the position until the log is there', async () => {
      await writeFile(path, 'one\n');
      const position = await readUpTo(1);
      await rename(path, join(directory, 'unmounted'));
      const { lines, notices } = tail(position);
      await notices.count(1);
      await appendFile(join(directory, 'unmounted'), 'two\n');
      await rename(join(directory, 'unmounted'), path);
      await lines.count(1);
      expect(lines.all).toEqual(['two']);
    });

    test('reads every rotation that it has missed, in their order, and no copy of the one it knows', async () => {
      const linesOf = (name: string): string =>
        Array.from({ length: 20 }, (_, index) => `${name} of a long line ${index}\n`).join('');
      await writeFile(path, linesOf('first'));
      const before = tail();
      await before.lines.count(20);
      const position = before.position();
      await before.stop();
      await copyFile(path, `${path}.copy`);
      await rename(path, `${path}.3`);
      await writeFile(path, linesOf('second'));
      await rename(path, `${path}.2`);
      await writeFile(`${path}.0.gz`, 'compressed');
      await writeFile(path, linesOf('third'));
      await rename(path, `${path}.1`);
      await writeFile(path, linesOf('fourth'));
      // Rotations are hours apart, not within a tick of the kernel's clock.
      for (const [hour, name] of ['3', 'copy', '2', '1'].entries()) await utimes(`${path}.${name}`, 0, 3600 * (hour + 1));
      const after = tail(position);
      await after.lines.count(60);
      expect(after.lines.all.join('\n')).toBe([linesOf('second'), linesOf('third'), linesOf('fourth')].join('').trimEnd());
    });

    test('loses no line and doubles none over restarts, half lines and rotations', async () => {
      const written: string[] = [];
      const read: string[] = [];
      let position: string | undefined;
      for (let round = 0; round < 12; round += 1) {
        const tailing = tail(position);
        await appendFile(path, `end of a half line\nwhole line ${round}\nbegin of ${round} and `);
        written.push('end of a half line', `whole line ${round}`);
        await tailing.lines.until((all) => all.includes(`whole line ${round}`));
        await tailing.stop();
        read.push(...tailing.lines.all);
        position = tailing.position();
        if (round % 3 !== 1) continue;
        await appendFile(path, 'last\n');
        written.push('last');
        await rename(path, `${path}.${100 - round}`);
        await writeFile(path, '');
      }
      expect(read.map((line) => line.replace(/^begin of \d+ and /, ''))).toEqual(written);
    });
  });

  test('closes what it opened once aborted, whatever it was waiting for', async () => {
    await writeFile(path, 'one\n');
    const before = (await readdir('/proc/self/fd')).length;
    const following = tail();
    const missing = tail(undefined, join(directory, 'missing', 'x.log'));
    execFileSync('mkfifo', [join(directory, 'fifo')]);
    const waiting = tail(undefined, join(directory, 'fifo'));
    await Promise.all([following.lines.count(1), missing.notices.count(1), waiting.notices.count(1)]);
    await Promise.all([following.stop(), missing.stop(), waiting.stop()]);
    await appendFile(path, 'two\n');
    expect(following.lines.all).toEqual(['one']);
    expect((await readdir('/proc/self/fd')).length).toBeLessThanOrEqual(before + 2);
  });
});
