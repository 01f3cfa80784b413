import type { RealtimeUsec } from '../../model/time.ts';
import type { JournalPosition } from './journal-position.ts';

/** Where the journal is. */
export interface Journal {
  /** A program that takes journalctl's arguments. */
  readonly command?: string | undefined;
  /** A directory of journal files instead of this host's own journal. */
  readonly directory?: string | undefined;
}

/**
 * Only these leave journald: what PID 1 says (about units it has no MESSAGE_ID for everything), who asked logind for
 * a shutdown, whom oomd killed, and core dumps. `+` is "or".
 */
const matches = [
  ...['_PID=1', '+'],
  ...['_SYSTEMD_UNIT=systemd-logind.service', '_SYSTEMD_UNIT=systemd-oomd.service', '+'],
  'MESSAGE_ID=fc2e22bc6ee647b6b90729ab34a250b1',
];

/** All there is from a position on, older boots included, until `untilUsec` or now. */
export function rangeArguments(journal: Journal, from: JournalPosition, untilUsec?: RealtimeUsec): readonly string[] {
  const until = untilUsec === undefined ? [] : [`--until=${timestamp(untilUsec)}`];
  return [...common(journal), startArgument(from), ...until, ...matches];
}

/** What is written from a position on, or from now; of this boot only, as --follow has it since systemd 252. */
export function followArguments(journal: Journal, from: JournalPosition | undefined): readonly string[] {
  const start = from === undefined ? ['--lines=0'] : ['--no-tail', startArgument(from)];
  return [...common(journal), '--follow', ...start, ...matches];
}

function common({ directory }: Journal): readonly string[] {
  return ['--output=json', '--no-pager', ...(directory === undefined ? [] : [`--directory=${directory}`])];
}

/**
 * `--cursor`, which prints the entry itself, too: it proves that nothing is missing. Where the entry is gone,
 * `--after-cursor` silently skips another one (systemd 247 and 252).
 */
function startArgument(from: JournalPosition): string {
  return from.kind === 'entry' ? `--cursor=${from.cursor}` : `--since=${timestamp(from.atUsec)}`;
}

/** Seconds since 1970 with six decimals. */
function timestamp(usec: RealtimeUsec): string {
  const digits = String(usec).padStart(7, '0');
  return `@${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
