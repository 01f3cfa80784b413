import { vi } from 'vitest';
import type { IncidentDocument } from '../../../src/model/incident-document.ts';
import { type ParsedSample, parseExposition } from '../../sinks/prometheus/parse-exposition.ts';

/** Adds up the samples of a metric that have these labels. */
export async function metric(base: string, name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
  const { samples } = parseExposition(await (await fetch(`${base}/metrics`)).text(), false);
  return samples.filter((sample) => sample.name === name && hasLabels(sample, labels)).reduce((sum, { value }) => sum + value, 0);
}

/** Every incident that is served, the oldest first. */
export async function servedIncidents(base: string): Promise<readonly IncidentDocument[]> {
  const { incidents } = (await (await fetch(`${base}/incidents/all.json`)).json()) as { readonly incidents: IncidentDocument[] };
  return incidents.toReversed();
}

/** Resolves once so many stops have been counted. */
export async function stopsCounted(base: string, count: number): Promise<void> {
  let seen = 0;
  const reached = async () => {
    seen = await metric(base, 'systemd_stop_exporter_stops_total');
    return seen >= count;
  };
  await vi.waitUntil(reached, { timeout: 20_000, interval: 20 }).catch(() => undefined);
  if (seen !== count) throw new Error(`Counted ${seen} stops instead of ${count}`);
}

function hasLabels(sample: ParsedSample, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([name, value]) => sample.labels[name] === value);
}
