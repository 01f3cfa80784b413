import { formatUsec, type RealtimeUsec } from '../model/time.ts';

/** `2020-09-22 09:15:28.000000 UTC`. */
export function utcText(usec: RealtimeUsec): string {
  return `${zonelessText(usec)} UTC`;
}

/** The same where the zone is said elsewhere. */
export function zonelessText(usec: RealtimeUsec): string {
  return formatUsec(usec).slice(0, -1).replace('T', ' ');
}

/** A length of time for people, three or four digits: `12 µs`, `1.23 ms`, `1.5 s`, `2 min 03 s`, `3 h 05 min`, `2 d 07 h`. */
export function durationText(lengthUsec: number): string {
  // A clock that was set back gives an end before its beginning.
  const usec = Math.max(0, lengthUsec);
  if (usec < 1000) return `${usec} µs`;
  if (usec < 1_000_000) return `${significant(usec / 1000)} ms`;
  if (usec < 60_000_000) return `${significant(usec / 1_000_000)} s`;
  const seconds = Math.floor(usec / 1_000_000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`;
  const hours = Math.floor(seconds / 3600);
  if (hours < 48) return `${hours} h ${twoDigits(Math.floor(seconds / 60) % 60)} min`;
  return `${Math.floor(hours / 24)} d ${twoDigits(hours % 24)} h`;
}

/** Never rounds up to the next unit: 999.96 ms is not `1000 ms`. */
function significant(value: number): string {
  const factor = value < 10 ? 1000 : value < 100 ? 100 : 10;
  return String(Math.floor(value * factor) / factor);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
