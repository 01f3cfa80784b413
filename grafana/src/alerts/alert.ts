/** A condition that somebody should know of. Prometheus' rule file and Grafana's own rules are both made of this. */
export interface Alert {
  /** CamelCase; all of ours begin alike. */
  readonly name: string;
  readonly severity: Severity;
  /** PromQL; what it returns is what is wrong. */
  readonly expr: (stops: StopsQuery) => string;
  /** How long it has to hold; absent: at once, as one stop is an event and no state. */
  readonly forDuration?: string;
  /** The same text for every series, so that notifications can be grouped by it. */
  readonly summary: string;
  /** One series in words; Go template. */
  readonly description: string;
  /** File of docs/runbooks, without its ending. */
  readonly runbook: string;
  readonly dashboard: string;
}

export type Severity = 'critical' | 'warning' | 'info';

/** The stops of the last ten minutes that have these labels: see recent-stops.ts. */
export type StopsQuery = (matchers: string) => string;

export interface RecordingRule {
  readonly name: string;
  readonly expr: string;
}
