/** What a rule says of some series: a unit test as promtool runs them, a scrape each minute, and an evaluation every ten seconds. */
export interface RuleCase {
  readonly alert: string;
  /** Completes "SystemdStop… ". */
  readonly does: string;
  /** promtool's notation: `0x4 1x5` is five times 0, then six times 1; `_` is a scrape without the series. */
  readonly series: Readonly<Record<string, string>>;
  /** Minutes since the first scrape, which may lie between two. */
  readonly atMinute: number;
  /** What fires; nothing is a near miss. */
  readonly fires: readonly FiringAlert[];
}

interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly description: string;
}

export const target = 'job="systemd-stop-exporter", instance="web1:19558"';
export const targetLabels = { job: 'systemd-stop-exporter', instance: 'web1:19558' };

/** A series of the counter of stops. */
export function stopsSeries(labels: StopSeriesLabels): string {
  const { name = 'nginx.service', cause, sender = 'systemd', senderUnit = '' } = labels;
  const own = `name="${name}", type="service", cause="${cause}", sender="${sender}", sender_unit="${senderUnit}"`;
  return `systemd_unit_stops_total{${target}, ${own}}`;
}

export function lastStopSeries(cause: string): string {
  return `systemd_unit_last_stop_timestamp_seconds{${target}, name="nginx.service", type="service", cause="${cause}"}`;
}

interface StopSeriesLabels {
  readonly name?: string;
  readonly cause: string;
  readonly sender?: string;
  readonly senderUnit?: string;
}
