import { labelText, type MetricFamily, type MetricType, type Sample } from './metric-family.ts';

/** A prom-client `Registry`, or something that remembers what one said. */
export interface MetricSource {
  getMetricsAsJSON(): Promise<readonly RegistryMetric[]>;
}

/** A metric as prom-client 15 gives it; its own type says that `type` is a number, and it is a word. */
export interface RegistryMetric {
  readonly name: string;
  readonly help: string;
  readonly type: unknown;
  readonly values: readonly RegistryValue[];
}

interface RegistryValue {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  /** Present in histograms: `x_bucket`, `x_sum`, `x_count`. */
  readonly metricName?: string;
}

/** prom-client's metrics in our own form. Its own renderer knows one content type, and no created time (see docs/decisions). */
export function registryFamilies(metrics: readonly RegistryMetric[], createdSeconds: number): readonly MetricFamily[] {
  return metrics.flatMap((metric) => {
    const type = metricTypes.find((known) => known === metric.type);
    if (type === undefined) return [];
    const name = type === 'counter' ? metric.name.replace(/_total$/, '') : metric.name;
    const samples = metric.values.flatMap((value) => samplesOf[type](value, metric.name, createdSeconds));
    return [{ name, help: metric.help, type, samples }];
  });
}

const metricTypes = ['counter', 'gauge', 'histogram'] as const satisfies readonly MetricType[];

type SamplesOf = (value: RegistryValue, name: string, createdSeconds: number) => Sample[];

const samplesOf: Readonly<Record<MetricType, SamplesOf>> = {
  gauge: ({ labels, value }) => [{ suffix: '', labels: labelText(labels), value }],
  counter: ({ labels, value }, _name, createdSeconds) => [{ suffix: '_total', labels: labelText(labels), value, createdSeconds }],
  histogram({ labels: { le, ...labels }, metricName = '', value }, name, createdSeconds) {
    const text = labelText(labels);
    const suffix = suffixes.find((one) => metricName === name + one);
    if (suffix === undefined) return [];
    const bound = suffix === '_bucket' && { le: Number(le === '+Inf' ? Number.POSITIVE_INFINITY : le) };
    // The count is the last sample of a series.
    return [{ suffix, labels: text, value, ...bound, ...(suffix === '_count' && { createdSeconds }) }];
  },
};

const suffixes = ['_bucket', '_sum', '_count'] as const;
