import { collectDefaultMetrics, Registry } from 'prom-client';

type Metrics = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** Metrics of our own process, as they were at the last sample. */
export interface ProcessMetrics {
  /** To be called now and then, at least once before the first scrape; samples at most every `sampleEveryMs`. */
  sample(nowMs: number): Promise<void>;
  getMetricsAsJSON(): Promise<Metrics>;
}

export const sampleEveryMs = 10_000;

/** prom-client's 10 ms wake the processor a hundred times a second. Ten times a second still were most of what we cost at rest. */
const lagTimerMs = 1_000;

/**
 * prom-client's default metrics read /proc when they are collected, and the event loop's histogram starts again
 * each time. So they are not collected by a scrape but by the pipeline's timer: a scrape makes no system call
 * beyond its socket, and two scrapers do not take each other's lag. What they measure with keeps no process alive.
 */
export function createProcessMetrics(): ProcessMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: lagTimerMs });
  for (const name of refused) registry.removeSingleMetric(name);
  let latest: Metrics = [];
  let sampledAtMs = Number.NEGATIVE_INFINITY;
  return {
    async sample(nowMs) {
      // A clock set back must not end the sampling.
      if (Math.abs(nowMs - sampledAtMs) < sampleEveryMs) return;
      sampledAtMs = nowMs;
      latest = (await registry.getMetricsAsJSON()).map(withoutTimerInterval);
    },
    getMetricsAsJSON: async () => latest,
  };
}

/** Gauges named like counters, which promtool objects to, and 24 series of heap spaces that nobody asked for. */
const refused = [
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
  'nodejs_active_resources',
  'nodejs_active_resources_total',
  'nodejs_heap_space_size_total_bytes',
  'nodejs_heap_space_size_used_bytes',
  'nodejs_heap_space_size_available_bytes',
] as const;

const lagName = /^nodejs_eventloop_lag_(?:min|max|mean|p\d+)_seconds$/;

/** Node measures from tick to tick of its timer, so that an idle loop reads as 100 ms late; before the first tick it reads as 292 years. */
function withoutTimerInterval(metric: Metrics[number]): Metrics[number] {
  if (!lagName.test(metric.name)) return metric;
  const values = metric.values.filter(({ value }) => value < 1e9);
  return { ...metric, values: values.map((one) => ({ ...one, value: Math.max(0, one.value - lagTimerMs / 1000) })) };
}
