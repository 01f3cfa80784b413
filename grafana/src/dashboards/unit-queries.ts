import type { Query } from './query.ts';
import { countAtPoint, lastStop, ofHosts, stops, stopsInRange } from './selectors.ts';

const duration = (suffix: string): string =>
  `increase(${ofHosts(`systemd_unit_stop_duration_seconds_${suffix}`, 'cause=~"$cause"')}[$__range])`;
const quantile = (share: number): Query => ({
  expr: `histogram_quantile(${share}, sum by (cause, le) (${duration('bucket')})) >= 0`,
  shape: 'table',
});

/** Every query of "Service stops — one unit". */
export const unitQueries = {
  stops: { expr: `sum(${stopsInRange()}) or vector(0)`, shape: 'value' },
  sinceLastStop: { expr: `time() - max(${lastStop})`, shape: 'value' },
  lastCause: { expr: `topk(1, max by (cause) (${lastStop}))`, shape: 'value', legend: '{{cause}}' },
  hosts: { expr: `count(sum by (instance) (${stopsInRange()}) > 0) or vector(0)`, shape: 'value' },

  states: { expr: `sum by (instance, cause) (${countAtPoint(stops())}) > 0`, shape: 'graph', legend: '{{instance}} {{cause}}' },
  stopsOverTime: {
    expr: `sum by (instance, name, cause, sender) (${countAtPoint(stops())})`,
    shape: 'graph',
    legend: '{{cause}} by {{sender}}',
    exemplars: true,
  },

  causes: { expr: `sum by (cause) (${stopsInRange()}) > 0`, shape: 'table' },
  senders: { expr: `sum by (instance, name, cause, sender, sender_unit) (${stopsInRange()}) > 0`, shape: 'table' },

  durationCount: { expr: `sum by (cause) (round(${duration('count')})) > 0`, shape: 'table' },
  durationMean: { expr: `sum by (cause) (${duration('sum')}) / (sum by (cause) (${duration('count')}) > 0)`, shape: 'table' },
  durationP95: quantile(0.95),
} as const satisfies Readonly<Record<string, Query>>;
