import type { RealtimeUsec } from '../../model/time.ts';

/** A metric and its samples as data, before any text format: the name carries neither `_total` nor `_bucket`. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  /** Those of one series stand together. */
  readonly samples: readonly Sample[];
  /** A sample that has not changed since the last scrape is the same object again: its text is worth keeping. */
  readonly lasting?: boolean;
}

export type MetricType = 'counter' | 'gauge' | 'histogram';

export interface Sample {
  /** What the sample's name has after that of the family. */
  readonly suffix: '' | '_total' | '_bucket' | '_sum' | '_count';
  /** `name="a.service",cause="exited"`, as `labelText` writes it. */
  readonly labels: string;
  /** Upper bound of a bucket; the two formats write it differently. */
  readonly le?: number;
  readonly value: number;
  readonly exemplar?: Exemplar | undefined;
  /** When the series was born, where this is the last of its samples: `_created`, which the old text format has not. */
  readonly createdSeconds?: number;
}

export type FormatName = 'text' | 'openmetrics';

/** A trace that shows one of the events counted. */
export interface Exemplar {
  readonly traceId: string;
  readonly atUsec: RealtimeUsec;
}

/** Labels in the order given. Both formats escape them alike. */
export function labelText(labels: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(labels)
    .flatMap(([name, value]) => (value === undefined ? [] : `${name}="${escapeLabelValue(String(value))}"`))
    .join(',');
}

/** Prometheus' scanner takes NUL for the end of the text, and lone surrogates have no UTF-8. */
export function scannableText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}

function escapeLabelValue(value: string): string {
  return scannableText(value).replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}
