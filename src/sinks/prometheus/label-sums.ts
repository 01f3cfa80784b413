import type { StopCount, StopLabels } from '../../incident-log/incident-log.ts';
import { causes } from '../../model/cause.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import { labelText, type Sample } from './metric-family.ts';
import { overflow, unknownSender } from './stop-labels.ts';

/** Stops summed up by one label of few values. Kept while they are counted: a scrape need not go through all series. */
export interface LabelSums {
  add(counted: StopCount): void;
  /** Every value of the label, also those at 0. */
  samples(): readonly Sample[];
}

interface SummedLabel {
  readonly label: string;
  readonly values: readonly string[];
  /** The values that a stop is counted under. */
  readonly valuesOf: (labels: StopLabels) => readonly string[];
}

export const byCause: SummedLabel = { label: 'cause', values: causes, valuesOf: ({ cause }) => [cause] };

/** A service that ended by itself has no sender to look for: its label is another word. */
export const byMissing: SummedLabel = {
  label: 'missing',
  values: ['cause', 'sender'],
  valuesOf: ({ cause, sender }) => [...(cause === 'unknown' ? ['cause'] : []), ...(sender === unknownSender ? ['sender'] : [])],
};

const foldable = ['name', 'sender', 'sender_unit'] as const;

export const byFolded: SummedLabel = {
  label: 'label',
  values: foldable,
  valuesOf: (labels) => foldable.filter((label) => labels[label] === overflow),
};

export function createLabelSums({ label, values, valuesOf }: SummedLabel, startedAtUsec: RealtimeUsec): LabelSums {
  // A sum over series is born with the oldest of them, or with us where there is none.
  const sums = new Map(
    values.map((value) => [value, { labels: labelText({ [label]: value }), count: 0, createdAtUsec: startedAtUsec }]),
  );
  return {
    add({ labels, count, createdAtUsec }) {
      for (const value of valuesOf(labels)) {
        const sum = sums.get(value);
        if (sum === undefined) continue;
        sum.count += count;
        sum.createdAtUsec = Math.min(sum.createdAtUsec, createdAtUsec);
      }
    },
    samples: () =>
      [...sums.values()].map(({ labels, count, createdAtUsec }) => ({
        suffix: '_total',
        labels,
        value: count,
        createdSeconds: createdAtUsec / 1_000_000,
      })),
  };
}
