import { isRealtimeUsec, type RealtimeUsec } from '../../model/time.ts';
import { withServiceSuffix } from '../../model/unit.ts';

/** What the name of a spooled dump tells. */
export interface DumpName {
  readonly unit: string;
  readonly atUsec: RealtimeUsec;
}

/** `date +%s`, `+%s%3N`, `+%s%6N` and `+%s%N`: the number of digits tells them apart until the year 2286. */
const microsecondsPerDigit: Readonly<Record<number, number>> = { 10: 1_000_000, 13: 1000, 16: 1, 19: 0.001 };

const namePattern = /^(?<unit>[A-Za-z0-9:_.\\@-]{1,255}?)\.(?<time>\d{10}|\d{13}|\d{16}|\d{19})(?:\.(?<rest>\d{1,9}))?$/;

/**
 * Reads `UNIT.TIMESTAMP`, as `%n.$(date +%s)` writes it. What may follow it is the fraction of the second
 * where it has nine digits (`%s.%N`), else a number that keeps names apart. Undefined where it is no such name.
 */
export function parseDumpName(name: string): DumpName | undefined {
  const { unit, time, rest } = namePattern.exec(name)?.groups ?? {};
  if (unit === undefined || time === undefined) return undefined;
  const usec = Math.floor(Number(time) * (microsecondsPerDigit[time.length] ?? Number.NaN));
  const fraction = time.length === 10 && rest?.length === 9 ? Math.floor(Number(rest) / 1000) : 0;
  const fullName = withServiceSuffix(unit);
  return fullName.length <= 255 && isRealtimeUsec(usec + fraction) ? { unit: fullName, atUsec: usec + fraction } : undefined;
}
