import type { StopLabels } from '../../incident-log/incident-log.ts';
import { noSender, overflow, unknownSender } from './stop-labels.ts';

export interface LabelLimits {
  readonly names: number;
  readonly senders: number;
  readonly senderUnits: number;
  /** Label sets together: three bounded labels could still make millions. */
  readonly series: number;
}

/** 10,000 series are about 3 MB of text and 20 ms of a scrape. */
const defaultLimits: LabelLimits = { names: 1000, senders: 100, senderUnits: 200, series: 10_000 };

/** Bounds the label sets: what comes after the limit is counted under `other`. First come, first served. */
export interface BoundedLabels {
  bound(labels: StopLabels): StopLabels;
}

export function createBoundedLabels(limits: LabelLimits = defaultLimits): BoundedLabels {
  const names = boundedValues(limits.names, []);
  const senders = boundedValues(limits.senders, ['systemd', noSender, unknownSender]);
  const senderUnits = boundedValues(limits.senderUnits, ['']);
  const known = new Set<string>();
  const boundSeries = (labels: StopLabels): StopLabels => {
    if (known.has(labelKey(labels)) || known.size < limits.series * 0.8) return labels;
    // Who did it is given up first, which unit it was only at the end.
    const anonymous = { ...labels, sender: overflow, sender_unit: overflow };
    return known.has(labelKey(anonymous)) || known.size < limits.series ? anonymous : { ...anonymous, name: overflow };
  };
  return {
    bound(labels) {
      const { name, sender, sender_unit } = labels;
      const bounded = boundSeries({
        ...labels,
        name: names(name),
        sender: senders(sender),
        sender_unit: senderUnits(sender_unit),
      });
      known.add(labelKey(bounded));
      return bounded;
    },
  };
}

function boundedValues(limit: number, always: readonly string[]): (value: string) => string {
  const free = new Set([...always, overflow]);
  const admitted = new Set<string>();
  return (value) => {
    if (free.has(value) || admitted.has(value)) return value;
    if (admitted.size >= limit) return overflow;
    admitted.add(value);
    return value;
  };
}

/** Labels hold no control characters, so that no label can forge the separator. */
export function labelKey({ name, type, cause, sender, sender_unit }: StopLabels): string {
  return [name, type, cause, sender, sender_unit].join('\u0000');
}
