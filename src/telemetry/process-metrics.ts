import { collectDefaultMetrics, Registry } from 'prom-client';

type Metrics = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** Metrics of our own process, as they were at the last sample. */
export interface ProcessMetrics {
  /** To be called now and then, at least once before the first scrape; samples at most every `sampleEveryMs`. */
  sample(nowMs: number): Promise<void>;
  getMetricsAsJSON(): Promise<Metrics>;
}

export const sampleEveryMs = 10_000;

/** 24 days. A timer measures how late the event loop is: once a second, it was most of what we cost at rest. */
const never = 2 ** 31 - 1;

/**
 * prom-client's default metrics read /proc when they are collected. So they are not collected by a scrape but by the
 * pipeline's timer: a scrape makes no system call beyond its socket. What they measure with keeps no process alive.
 */
export function createProcessMetrics(): ProcessMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: never });
  for (const name of [...refused, ...lags]) registry.removeSingleMetric(name);
  let latest: Metrics = [];
  let sampledAtMs = Number.NEGATIVE_INFINITY;
  return {
    async sample(nowMs) {
      // A clock set back must not end the sampling.
      if (Math.abs(nowMs - sampledAtMs) < sampleEveryMs) return;
      sampledAtMs = nowMs;
      latest = await registry.getMetricsAsJSON();
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

/** What that timer would measure. */
const lags = ['', '_min', '_max', '_mean', '_stddev', '_p50', '_p90', '_p99'].map((of) => `nodejs_eventloop_lag${of}_seconds`);
