import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JournalGap } from '../../../src/sources/journal/journal-reading.ts';
import { createJournalSource, type JournalSourceOptions } from '../../../src/sources/journal/journal-source.ts';
import { isDiscarded, type Observation } from '../../../src/sources/source.ts';
import { createMemoryLog } from '../files/memory-log.ts';
import { Seen } from '../files/seen.ts';
import { JournalWriter, journalIsMissing, olderBoot, t0 } from './journal-writer.ts';

const nowUsec = t0 + 100_000_000;
const rows = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => ({ n: first + index }));

/** What was seen of each observation: `n3`, in order. */
function unitsOf(observations: readonly Observation[]): readonly string[] {
  return observations.map((one) =>
    isDiscarded(one) || one.kind !== 'journal' ? one.kind : (one.unit ?? '').replace('.service', ''),
  );
}

// systemd and systemd-journal-remote are needed; CI has them.
describe.skipIf(journalIsMissing)('createJournalSource', () => {
  let journal: JournalWriter;
  const others: JournalWriter[] = [];
  const stops: (() => Promise<void>)[] = [];

  beforeEach(() => {
    journal = new JournalWriter();
  });
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
    await Promise.all([journal, ...others.splice(0)].map((one) => one.close()));
  });

  function start(options: Partial<JournalSourceOptions> = {}) {
    const observations = new Seen<Observation>();
    const cursors = new Seen<string>();
    const gaps: JournalGap[] = [];
    const { log, records } = createMemoryLog();
    const source = createJournalSource({
      directory: journal.directory,
      saveCursor: (cursor) => cursors.push(cursor),
      onGap: (gap) => gaps.push(gap),
      nowUsec: () => nowUsec,
      log,
      ...options,
    });
    const run = () => {
      const controller = new AbortController();
      const running = source.run((observation) => observations.push(observation), controller.signal);
      const stop = async (): Promise<void> => {
        controller.abort();
        await running.catch(() => undefined);
      };
      stops.push(stop);
      return { running, stop };
    };
    return { observations, cursors, gaps, records, run, ...run() };
  }

  /** journalctl, whose pids are written to a file. */
  function recordingCommand() {
    const command = join(journal.directory, 'journalctl.sh');
    writeFileSync(command, `#!/bin/sh\necho $$ >>"$0.pids"\nexec journalctl "$@"\n`);
    chmodSync(command, 0o755);
    const pids = (): readonly number[] => readFileSync(`${command}.pids`, 'utf8').trim().split('\n').map(Number);
    return { command, pids };
  }

  test('starts from now, and says so before anything has come', async () => {
    await journal.write(...rows(1, 3));
    const { observations, cursors, gaps } = start();
    await cursors.count(1);
    expect(cursors.all).toEqual([`@${nowUsec}`]);
    // journalctl does not tell when it has begun to follow: what was written before that does not come. Nor does
    // systemd-journal-remote tell it of anything while it is being written to.
    let n = 4;
    for (; observations.all.length === 0; n++) {
      await journal.write({ n });
      await Promise.race([observations.count(1), delay(1000)]);
    }
    await observations.until((all) => unitsOf(all).at(-1) === `n${n - 1}`);
    const seen = unitsOf(observations.all);
    expect(seen).toEqual(rows(n - seen.length, n - 1).map((row) => `n${row.n}`));
    expect(seen).not.toContain('n3');
    expect(cursors.all.at(-1)).toBe(journal.cursorOf(n - 1));
    expect(gaps).toEqual([]);
  });

  test('goes on after the entry it knows, with what was written meanwhile and what comes then', async () => {
    await journal.write(...rows(1, 5));
    const { observations, cursors, gaps } = start({ cursor: journal.cursorOf(2) });
    await observations.count(3);
    await journal.write(...rows(6, 7));
    await observations.count(5);
    expect(unitsOf(observations.all)).toEqual(['n3', 'n4', 'n5', 'n6', 'n7']);
    expect(observations.all[0]).toMatchObject({
      kind: 'journal',
      event: 'stopped',
      atUsec: t0 + 3_000_000,
      cursor: journal.cursorOf(3),
    });
    expect(cursors.all.at(-1)).toBe(journal.cursorOf(7));
    expect(gaps).toEqual([]);
  });

  test('reads what was written before a reboot', async () => {
    const before = rows(1, 4).map((row) => ({ ...row, boot: olderBoot }));
    await journal.write(...before, ...rows(5, 6));
    const { observations, gaps } = start({ cursor: journal.cursorOf(2) });
    await observations.count(4);
    await journal.write({ n: 7 });
    await observations.count(5);
    expect(unitsOf(observations.all)).toEqual(['n3', 'n4', 'n5', 'n6', 'n7']);
    expect(gaps).toEqual([]);
  });

  test('goes on from a time', async () => {
    await journal.write(...rows(1, 5));
    const { observations } = start({ cursor: `@${t0 + 3_000_001}` });
    await observations.count(2);
    expect(unitsOf(observations.all)).toEqual(['n4', 'n5']);
  });

  test('tells of a gap where the entry it knows is gone, and misses nothing that is there', async () => {
    await journal.write(...rows(1, 6));
    const cursor = journal.cursorOf(3);
    const vacuumed = new JournalWriter();
    others.push(vacuumed);
    await vacuumed.write(...rows(5, 6));
    const { observations, gaps, records } = start({ cursor, directory: vacuumed.directory });
    await observations.count(2);
    expect(unitsOf(observations.all)).toEqual(['n5', 'n6']);
    expect(gaps).toEqual([{ fromUsec: t0 + 3_000_000, untilUsec: t0 + 5_000_000 }]);
    expect(records.all).toContainEqual(expect.objectContaining({ level: 'warn', from: '2026-11-23T11:40:03.000000Z' }));
  });

  test('tells of a gap up to now where all entries are gone that it could have known', async () => {
    await journal.write(...rows(1, 2));
    const cursor = journal
      .cursorOf(2)
      .replace(/x=[0-9a-f]+$/, 'x=1')
      .replace(/;t=[0-9a-f]+/, `;t=${(t0 + 50_000_000).toString(16)}`);
    const { observations, cursors, gaps } = start({
      cursor: cursor.replace(/;i=[0-9a-f]+/, ';i=ff').replace(/;m=[0-9a-f]+/, ';m=ffffffff'),
    });
    await expect.poll(() => gaps).toEqual([{ fromUsec: t0 + 50_000_000, untilUsec: nowUsec }]);
    expect([observations.all, cursors.all]).toEqual([[], []]);
  });

  test('knows its entry again where journald has copied it to another file', async () => {
    await journal.write(...rows(1, 6));
    const cursor = journal.cursorOf(3);
    const flushed = new JournalWriter();
    others.push(flushed);
    await flushed.write(...rows(2, 6));
    expect(flushed.cursorOf(3)).not.toBe(cursor);
    const { observations, gaps } = start({ cursor, directory: flushed.directory });
    await observations.count(3);
    expect(unitsOf(observations.all)).toEqual(['n4', 'n5', 'n6']);
    expect(gaps).toEqual([]);
  });

  test('starts from now where its cursor cannot be read, and tells of a gap', async () => {
    const { cursors, gaps } = start({ cursor: '--help' });
    await cursors.count(1);
    expect(gaps).toEqual([{ untilUsec: nowUsec }]);
  });

  test('leaves to journald what is about nothing', async () => {
    const sent = { n: 1 };
    const forged = { n: 2, fields: { _PID: '77' } };
    const logind = {
      n: 3,
      fields: { _PID: '78', _SYSTEMD_UNIT: 'systemd-logind.service', MESSAGE_ID: '98268866d1d54a499c4e98921d93bc40' },
    };
    await journal.write({ n: 0 }, sent, forged, logind, { n: 4 });
    const { cursors, observations } = start({ cursor: journal.cursorOf(0) });
    await observations.count(3);
    expect(observations.all.map((one) => (one.kind === 'journal' ? one.event : one.kind))).toEqual([
      'stopped',
      'shutdown',
      'stopped',
    ]);
    expect(cursors.all.at(-1)).toBe(journal.cursorOf(4));
  });

  test('saves no cursor before its evidence, and a line that is too long does not stop it', async () => {
    await journal.write({ n: 0 }, { n: 1, fields: { MESSAGE: 'x'.repeat(4000), ...manyFields(30) } }, { n: 2 });
    const order: string[] = [];
    const { observations } = start({
      cursor: journal.cursorOf(0),
      saveCursor: (cursor) =>
        order.push(`${observationCount()} before ${cursor === journal.cursorOf(2) ? 'the last' : 'another'}`),
    });
    function observationCount(): number {
      return observations.all.length;
    }
    await observations.count(2);
    await expect.poll(() => order.at(-1)).toBe('2 before the last');
    expect(unitsOf(observations.all)).toEqual(['discarded', 'n2']);
  });

  test('ends with its child', async () => {
    await journal.write({ n: 1 });
    const { command, pids } = recordingCommand();
    const { observations, stop, running } = start({ command, cursor: `@${t0}` });
    await observations.count(1);
    await expect.poll(pids).toHaveLength(2);
    await stop();
    await expect(running).resolves.toBeUndefined();
    for (const pid of pids()) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('fails where journalctl is killed, and goes on where it was when it runs again', async () => {
    await journal.write({ n: 1 });
    const { command, pids } = recordingCommand();
    const { observations, running, run, gaps } = start({ command, cursor: `@${t0}` });
    await observations.count(1);
    await journal.write({ n: 2 });
    await observations.count(2);
    process.kill(pids().at(-1) ?? 0, 'SIGKILL');
    await expect(running).rejects.toThrow(`Cannot read the journal: "${command}" was killed by SIGKILL`);
    await journal.write({ n: 3 });
    run();
    await observations.count(3);
    await journal.write({ n: 4 });
    await observations.count(4);
    expect(unitsOf(observations.all)).toEqual(['n1', 'n2', 'n3', 'n4']);
    expect(gaps).toEqual([]);
  });

  test.each([
    [
      'there is no journal',
      { directory: '/nonexistent' },
      /^Cannot read the journal: "journalctl" ended with 1: Failed to open \/nonexistent/,
    ],
    [
      'there is no journalctl',
      { command: 'no-journalctl' },
      /^Cannot read the journal: cannot run "no-journalctl": no such file$/,
    ],
  ])('fails where %s', async (_, options, message) => {
    await expect(start(options).running).rejects.toThrow(message);
  });
});

function manyFields(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`FIELD_${index}`, 'y'.repeat(4000)]));
}
