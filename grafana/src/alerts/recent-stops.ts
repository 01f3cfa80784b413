import type { RecordingRule, StopsQuery } from './alert.ts';

/**
 * Stops of the last ten minutes.
 *
 * The first arm counts: `increase()` estimates, and takes three stops of a series that began a moment ago for six. The
 * second is for a counter that went back to 0. Neither sees a series that begins above 0: the exporter shows a new one at
 * 0 first, but a scrape can be missed. So the third takes a series younger than ten minutes, if its unit's last stop is
 * as young (else a Prometheus that has just begun would tell of every stop there ever was).
 */
function expression(matchers: string): string {
  const stops = `systemd_unit_stops_total${matchers === '' ? '' : `{${matchers}}`}`;
  return `last_over_time(${stops}[10m]) - min_over_time(${stops}[10m]) > 0
or
increase(${stops}[10m]) > 0
or
(
  ${stops} > 0
  unless ${stops} offset 10m
  and ignoring (sender, sender_unit)
  time() - ${stops.replace('stops_total', 'last_stop_timestamp_seconds')} < 600
)`;
}

export const recentStops: StopsQuery = (matchers) => `(\n${expression(matchers)}\n)`;

const recordedName = 'instance:systemd_unit_stops:increase10m';

/** The same from a recording rule, which the alerts of one file share. */
export const recordedStops: StopsQuery = (matchers) => `${recordedName}${matchers === '' ? '' : `{${matchers}}`}`;

export const recentStopsRule: RecordingRule = { name: recordedName, expr: expression('') };
