import { isRealtimeUsec, type RealtimeUsec } from '../../model/time.ts';

const pattern =
  /^(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat) (?<month>[A-Z][a-z]{2}) (?<day>[ 0-3]\d) (?<hour>[01]\d|2[0-3]):(?<minute>[0-5]\d):(?<second>[0-5]\d) (?<year>\d{4})$/;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Tue Sep 22 09:15:28 2020`, as systemtap's ctime() prints it: always UTC, the day padded to two columns. */
export function parseCtime(text: string): RealtimeUsec | undefined {
  const groups = pattern.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const month = months.indexOf(groups['month'] ?? '');
  if (month < 0) return undefined;
  const number = (name: string) => Number(groups[name]);
  const milliseconds = Date.UTC(number('year'), month, number('day'), number('hour'), number('minute'), number('second'));
  const usec = milliseconds * 1000;
  // Date.UTC takes the 31st of September for the 1st of October, and the year 20 for 1920.
  const date = new Date(milliseconds);
  const isReal = date.getUTCDate() === number('day') && date.getUTCFullYear() === number('year');
  return isReal && isRealtimeUsec(usec) ? usec : undefined;
}
