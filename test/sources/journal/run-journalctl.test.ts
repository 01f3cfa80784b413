import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type JournalctlRun, runJournalctl } from '../../../src/sources/journal/run-journalctl.ts';

describe('runJournalctl', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'journalctl-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** A program in place of journalctl. */
  function script(text: string): string {
    const path = join(directory, 'journalctl');
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  async function run(command: string, more: Partial<JournalctlRun> = {}, signal = new AbortController().signal) {
    const lines: string[] = [];
    const onLines: JournalctlRun['onLines'] = (some) => lines.push(...some.map(({ text }) => text));
    await runJournalctl({ command, args: ['one', 'two words'], onLines, ...more }, signal);
    return lines;
  }

  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  test('hands on all lines', async () => {
    expect(await run(script('printf "%s\\n" "$@" three'))).toEqual(['one', 'two words', 'three']);
  });

  test('says how it failed, in journalctl’s own words', async () => {
    const command = script('echo "Failed to open /x: No such file" >&2; echo more >&2; exit 1');
    await expect(run(command)).rejects.toThrow(
      `Cannot read the journal: "${command}" ended with 1: Failed to open /x: No such file`,
    );
  });

  test('takes the colours out of them', async () => {
    await expect(run(script('printf "\\033[0;1;31mbroken\\033[0m\\n" >&2; exit 3'))).rejects.toThrow(/ended with 3: broken$/);
  });

  test('says that it was killed', async () => {
    await expect(run(script('kill -9 $$'))).rejects.toThrow(/was killed by SIGKILL$/);
  });

  test('says that there is no journalctl', async () => {
    await expect(run('no-journalctl-here')).rejects.toThrow(
      'Cannot read the journal: cannot run "no-journalctl-here": no such file',
    );
  });

  test('says that it may not be run', async () => {
    const command = script('');
    chmodSync(command, 0o644);
    await expect(run(command)).rejects.toThrow(`cannot run "${command}": permission denied`);
  });

  test('hands on ten complaints of one that works', async () => {
    const complaints: string[] = [];
    await run(script('i=0; while [ $i -lt 50 ]; do i=$((i+1)); echo "complaint $i" >&2; done'), {
      onComplaint: (complaint) => complaints.push(complaint),
    });
    expect([complaints.length, complaints[0]]).toEqual([10, 'complaint 1']);
  });

  test('does not run where it is not to run any more', async () => {
    expect(await run('no-journalctl-here', {}, AbortSignal.abort())).toEqual([]);
  });

  test.each([
    ['one that waits', 'echo $$; exec sleep 60'],
    ['one that prints without end', 'echo $$; exec yes'],
    ['one that does not want to go', 'trap "" TERM; echo $$; while :; do sleep 0.1; done'],
  ])('leaves nothing behind of %s', async (who, text) => {
    const controller = new AbortController();
    let pid = 0;
    const onLines: JournalctlRun['onLines'] = ([first]) => {
      if (pid !== 0) return;
      pid = Number(first?.text);
      controller.abort();
      if (who !== 'one that does not want to go') return;
      vi.advanceTimersByTime(1_999);
      expect(isAlive(pid)).toBe(true);
      vi.advanceTimersByTime(1);
    };
    // Only who does not go when asked is killed, after two seconds: no others pass here.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await runJournalctl({ command: script(text), args: [], onLines }, controller.signal).finally(() => vi.useRealTimers());
    expect(pid).toBeGreaterThan(1);
    expect(isAlive(pid)).toBe(false);
  });

  test('leaves nothing behind where the lines cannot be taken', async () => {
    let pid = 0;
    const onLines: JournalctlRun['onLines'] = ([first]) => {
      pid = Number(first?.text);
      throw new Error('full');
    };
    await expect(run(script('echo $$; exec sleep 60'), { onLines })).rejects.toThrow('full');
    expect(isAlive(pid)).toBe(false);
  });
});
