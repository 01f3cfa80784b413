/** On every target: dashboard-linter's rule, and what lets one dashboard serve several jobs. */
const scraped = 'job=~"$job", instance=~"$instance"';
const filtered = 'name=~"$unit", cause=~"$cause"';

/** A metric of the chosen hosts. */
export function ofHosts(metric: string, matchers = ''): string {
  return `${metric}{${[scraped, matchers].filter((one) => one !== '').join(', ')}}`;
}

/** The counter of stops under all filters of the dashboard, and these. */
export function stops(matchers = ''): string {
  const all = [filtered, 'sender=~"$sender"', matchers].filter((one) => one !== '').join(', ');
  return ofHosts('systemd_unit_stops_total', all);
}

/** When the last stop was; it knows no sender. */
export const lastStop = ofHosts('systemd_unit_last_stop_timestamp_seconds', filtered);

/**
 * How many stops in the time that the dashboard shows. `increase()` estimates what happened before the first and after
 * the last sample; a series has few stops, so that rounding each brings the number back that was counted.
 */
export function stopsInRange(matchers = ''): string {
  return countInRange(stops(matchers));
}

export function countInRange(counter: string): string {
  return `round(increase(${counter}[$__range]))`;
}

/** How many at each point of a graph: what `$__rate_interval` holds, which is at least four scrapes. */
export function countAtPoint(counter: string): string {
  return `round(increase(${counter}[$__rate_interval]))`;
}
