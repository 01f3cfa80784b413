/** Microseconds since 1970-01-01 UTC (CLOCK_REALTIME). Exact in a double until the year 2255. */
export type RealtimeUsec = number;

/** RFC 3339 in UTC with all six digits, as the incident schema asks. */
export function formatUsec(usec: RealtimeUsec): string {
  const seconds = Math.floor(usec / 1_000_000);
  const fraction = String(usec - seconds * 1_000_000).padStart(6, '0');
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}

/** Whether a number can be a time that `Date` prints: from 1970 to the year 9999. */
export function isRealtimeUsec(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value < 253_402_300_800 * 1_000_000;
}
