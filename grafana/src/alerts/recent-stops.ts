import type { RecordingRule, StopsQuery } from './alert.ts';

/**
 * Stops of the last ten minutes. `increase()` does not see a series that begins above 0. The exporter shows a new one
 * at 0 first, but a scrape can be missed; so a series younger than ten minutes counts too, if its unit's last stop is
 * as young (else a Prometheus that has just begun would tell of every stop there ever was).
 */
function expression(matchers: string): string {
  const labels = matchers === '' ? '' : `{${matchers}}`;
  return `increase(systemd_unit_stops_total${labels}[10m]) > 0
or
(
  systemd_unit_stops_total${labels} > 0
  unless systemd_unit_stops_total${labels} offset 10m
  and ignoring (sender, sender_unit)
  time() - systemd_unit_last_stop_timestamp_seconds${labels} < 600
)`;
}

export const recentStops: StopsQuery = (matchers) => `(\n${expression(matchers)}\n)`;

const recordedName = 'instance:systemd_unit_stops:increase10m';

/** The same from a recording rule, which the alerts of one file share. */
export const recordedStops: StopsQuery = (matchers) => `${recordedName}${matchers === '' ? '' : `{${matchers}}`}`;

export const recentStopsRule: RecordingRule = { name: recordedName, expr: expression('') };
