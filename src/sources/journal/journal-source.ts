import type { Logger } from '../../logger.ts';
import { formatUsec, type RealtimeUsec } from '../../model/time.ts';
import type { Source } from '../source.ts';
import { formatPosition, type JournalPosition, parsePosition } from './journal-position.ts';
import { type JournalGap, JournalReading } from './journal-reading.ts';
import { followArguments, type Journal } from './journalctl-arguments.ts';
import { type JournalRangeOptions, readJournalRange } from './read-journal-range.ts';
import { runJournalctl } from './run-journalctl.ts';

export interface JournalSourceOptions extends Journal {
  /** What `saveCursor` got last, in an earlier run; or `@` and microseconds. From now on where absent. */
  readonly cursor?: string | undefined;
  /** Gets a cursor once all evidence up to it was emitted; it may be stored when that evidence is durable. */
  readonly saveCursor?: ((cursor: string) => void) | undefined;
  /** Stops may have been missed: compare what else there is. */
  readonly onGap?: ((gap: JournalGap) => void) | undefined;
  readonly nowUsec: () => RealtimeUsec;
  readonly log: Logger;
}

const name = 'journal';

/**
 * Follows the journal from the last cursor on. First reads up to now without --follow, which since systemd 252
 * would pass over what was written before the last reboot.
 */
export function createJournalSource(options: JournalSourceOptions): Source {
  const { command = 'journalctl', log, nowUsec } = options;
  let position = initialPosition(options);

  const saveCursor = (cursor: string): void => {
    position = parsePosition(cursor);
    options.saveCursor?.(cursor);
  };
  const onGap = (gap: JournalGap): void => {
    log.warn('The journal no longer has the entry that was read last', { source: name, ...gapTimes(gap) });
    options.onGap?.(gap);
  };
  /** Nothing may ever come, and where this run began has to be known all the same. */
  const startFromNow = (): void => {
    const atUsec = nowUsec();
    if (options.cursor !== undefined) options.onGap?.({ untilUsec: atUsec });
    saveCursor(formatPosition({ kind: 'time', atUsec }));
  };
  const onComplaint = (complaint: string): void => log.warn('journalctl complains', { source: name, complaint });

  return {
    name,
    async run(emit, signal) {
      const shared: Omit<JournalRangeOptions, 'from'> = { ...options, emit, saveCursor, onGap, onComplaint };
      const from = position === undefined ? undefined : await readJournalRange({ ...shared, from: position }, signal);
      if (from === undefined) startFromNow();
      const savePosition = (reached: JournalPosition): void => saveCursor(formatPosition(reached));
      const reading = new JournalReading(from, { emit, savePosition, nowUsec, signal });
      await runJournalctl({ command, args: followArguments(options, from), onLines: reading.accept, onComplaint }, signal);
      if (!signal.aborted) throw new Error(`Cannot read the journal: ${JSON.stringify(command)} ended with 0`);
    },
  };
}

function initialPosition({ cursor, log }: JournalSourceOptions): JournalPosition | undefined {
  const position = cursor === undefined ? undefined : parsePosition(cursor);
  if (cursor !== undefined && position === undefined) {
    log.warn('Reading the journal from now on: its cursor cannot be read', { source: name, cursor });
  }
  return position;
}

function gapTimes({ fromUsec, untilUsec }: JournalGap): { readonly from?: string; readonly until?: string } {
  return {
    ...(fromUsec === undefined ? {} : { from: formatUsec(fromUsec) }),
    ...(untilUsec === undefined ? {} : { until: formatUsec(untilUsec) }),
  };
}
