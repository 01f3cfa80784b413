import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JournalPosition } from '../../../src/sources/journal/journal-position.ts';
import { type JournalRangeOptions, readJournalRange } from '../../../src/sources/journal/read-journal-range.ts';
import type { Observation } from '../../../src/sources/source.ts';
import { JournalWriter, journalIsMissing, olderBoot, t0 } from './journal-writer.ts';

// systemd and systemd-journal-remote are needed; CI has them.
describe.skipIf(journalIsMissing)('readJournalRange', () => {
  let journal: JournalWriter;
  beforeEach(async () => {
    journal = new JournalWriter();
    await journal.write({ n: 1, boot: olderBoot }, { n: 2, boot: olderBoot }, { n: 3 }, { n: 4 });
  });
  afterEach(() => journal.close());

  async function read(from: JournalPosition, more: Partial<JournalRangeOptions> = {}, signal = new AbortController().signal) {
    const observations: Observation[] = [];
    const cursors: string[] = [];
    const emit = (observation: Observation): void => void observations.push(observation);
    const saveCursor = (cursor: string): void => void cursors.push(cursor);
    const options = { directory: journal.directory, from, emit, saveCursor, nowUsec: () => t0, ...more };
    const reached = await readJournalRange(options, signal);
    return { reached, cursors, units: observations.map((one) => (one.kind === 'journal' ? one.unit : one.kind)) };
  }

  test('reads from a time up to now, over a reboot', async () => {
    const { units, reached, cursors } = await read({ kind: 'time', atUsec: t0 + 2_000_000 });
    expect(units).toEqual(['n2.service', 'n3.service', 'n4.service']);
    expect(reached).toEqual({ kind: 'entry', cursor: journal.cursorOf(4) });
    expect(cursors.at(-1)).toBe(journal.cursorOf(4));
  });

  test('reads after an entry up to a time', async () => {
    const from = { kind: 'entry', cursor: journal.cursorOf(1) } as const;
    const { units, reached } = await read(from, { untilUsec: t0 + 3_000_000 });
    expect(units).toEqual(['n2.service', 'n3.service']);
    expect(reached).toEqual({ kind: 'entry', cursor: journal.cursorOf(3) });
  });

  test('stays where it is when nothing has come', async () => {
    const from = { kind: 'entry', cursor: journal.cursorOf(4) } as const;
    const gaps: unknown[] = [];
    expect(await read(from, { onGap: (gap) => gaps.push(gap) })).toEqual({ reached: from, cursors: [], units: [] });
    const later = { kind: 'time', atUsec: t0 + 60_000_000 } as const;
    expect(await read(later)).toEqual({ reached: later, cursors: [], units: [] });
    expect(gaps).toEqual([]);
  });

  test('emits nothing more once it is aborted, and says how far it came', async () => {
    const controller = new AbortController();
    const units: unknown[] = [];
    const emit = (one: Observation): void => {
      units.push(one.kind === 'journal' ? one.unit : one.kind);
      if (units.length === 2) controller.abort();
    };
    const { reached } = await read({ kind: 'time', atUsec: t0 }, { emit }, controller.signal);
    expect(units).toEqual(['n1.service', 'n2.service']);
    expect(reached).toEqual({ kind: 'entry', cursor: journal.cursorOf(2) });
  });
});
