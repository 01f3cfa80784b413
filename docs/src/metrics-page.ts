import { sourceNames } from '../../src/model/evidence.ts';
import type { MetricFamily } from '../../src/sinks/prometheus/metric-family.ts';
import { registryFamilies } from '../../src/sinks/prometheus/registry-families.ts';
import { createStopCounts } from '../../src/sinks/prometheus/stop-counts.ts';
import { stopFamilies } from '../../src/sinks/prometheus/stop-families.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { cardinalities } from './cardinalities.ts';
import { code, page, table } from './markdown.ts';

/** Every metric of the exporter's own, as a scrape shows them. */
export async function metricsPage(): Promise<string> {
  const families = await ownFamilies();
  const rows = families.map(({ name, type, help, samples }) => [
    code(type === 'counter' ? `${name}_total` : name),
    type,
    labelsOf(samples.map(({ labels }) => labels))
      .map(code)
      .join(' '),
    help,
    cardinalityOf(name),
  ]);
  return page(
    'Metrics',
    'src/sinks/prometheus and src/telemetry',
    table(['metric', 'type', 'labels', 'meaning', 'series'], rows),
    notes,
  );
}

async function ownFamilies(): Promise<readonly MetricFamily[]> {
  const { registry } = createTelemetry({ version: 'x', sources: sourceNames });
  const counts = createStopCounts(0);
  const labels = {
    name: 'a.service',
    type: 'service',
    cause: 'requested',
    sender: 'systemctl',
    sender_unit: 'ssh.service',
  } as const;
  counts.add({ labels, count: 1, createdAtUsec: 0, lastStopAtUsec: 0 });
  return [...stopFamilies(counts, 1), ...registryFamilies(await registry.getMetricsAsJSON(), 0)];
}

function labelsOf(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/(\w+)="/g)].map(([, name = '']) => name)))];
}

function cardinalityOf(name: string): string {
  const known = cardinalities[name];
  if (known === undefined) throw new Error(`Say in docs/src/cardinalities.ts how many series "${name}" has`);
  return known;
}

const notes = `Beside these there are Node's and the process's own: \`process_*\` and \`nodejs_*\`, sampled every 10 s and not by the scrape.

- \`name\` and \`type\` are those of systemd_exporter and node_exporter, so that you can join:
  \`sum by (name) (increase(systemd_unit_stops_total[1d])) and on (name) systemd_unit_state{state="failed"} == 1\`.
- \`sender\` is a command, \`sender_unit\` the unit it ran in. Words of ours: \`systemd\` (PID 1 acted by itself), \`none\` (the service
  ended by itself), \`unknown\` (the evidence does not tell), \`other\` (one value too many).
- Names with a counter, a pid or an id in them are folded: \`getty@tty1.service\` is \`getty@.service\`, \`session-2.scope\` is \`session.scope\`.
- A new series of \`systemd_unit_stops_total\` shows 0 to each scraper once before its value, so that \`increase()\` sees the first stop
  ([decision 8](../decisions/0008-two-step-birth.md)). OpenMetrics also has \`_created\`, and the trace of the last stop as exemplar \`trace_id\`.
- Counters survive a restart where \`--storage.path\` is given.
`;
