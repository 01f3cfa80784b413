import { isRealtimeUsec, type RealtimeUsec } from '../../model/time.ts';

/** How far the journal was read: up to an entry, or to a time where no entry has been read yet. */
export type JournalPosition =
  | { readonly kind: 'entry'; readonly cursor: string }
  | { readonly kind: 'time'; readonly atUsec: RealtimeUsec };

/** sd_journal_get_cursor(3): opaque, but of this form in all versions. */
const cursorForm = 's=[0-9a-f]{32}(?:;[a-z]=[0-9a-f]{1,32}){3,9}';
const cursorPattern = new RegExp(`^${cursorForm}$`);
/** Quotation marks within other fields are escaped, so that none of them can pretend to be this one. */
const cursorInLine = new RegExp(`"__CURSOR" ?: ?"(?<cursor>${cursorForm})"`);

/** Reads what `formatPosition` wrote, or a cursor; undefined where it is neither. */
export function parsePosition(text: string): JournalPosition | undefined {
  if (cursorPattern.test(text)) return { kind: 'entry', cursor: text };
  const atUsec = /^@\d{1,16}$/.test(text) ? Number(text.slice(1)) : Number.NaN;
  return isRealtimeUsec(atUsec) ? { kind: 'time', atUsec } : undefined;
}

export function formatPosition(position: JournalPosition): string {
  return position.kind === 'entry' ? position.cursor : `@${position.atUsec}`;
}

/** The cursor of an entry that `journalctl -o json` printed. */
export function cursorOfLine(line: string): string | undefined {
  return cursorInLine.exec(line)?.groups?.['cursor'];
}

/**
 * Whether two cursors are of one entry: the same boot, times and content. The rest of a cursor changes when journald
 * flushes /run/log/journal to disk.
 */
export function isSameEntry(one: string, other: string): boolean {
  return (/;b=.*$/.exec(one)?.[0] ?? one) === (/;b=.*$/.exec(other)?.[0] ?? other);
}

/** When the entry of a cursor was received, by `t=`. */
export function timeOfPosition(position: JournalPosition): RealtimeUsec | undefined {
  if (position.kind === 'time') return position.atUsec;
  const usec = Number.parseInt(/;t=(?<time>[0-9a-f]{1,16})/.exec(position.cursor)?.groups?.['time'] ?? '', 16);
  return isRealtimeUsec(usec) ? usec : undefined;
}
