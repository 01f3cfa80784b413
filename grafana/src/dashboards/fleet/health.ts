import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard';
import { byThreshold, standsOut } from '../colours.ts';
import { fleetQueries as queries } from '../fleet-queries.ts';
import { bars, lines, stat, states, table } from '../panels.ts';

const upOrDown = {
  type: MappingType.ValueToText as const,
  options: {
    '0': { text: 'down', color: 'red' },
    '1': { text: 'up', color: 'green' },
    '2': { text: 'degraded', color: 'orange' },
  },
};

/** The exporter itself. */
export const health = [
  states(
    {
      title: 'Sources',
      description:
        'Whether each configured source of evidence works. Degraded: it sees less than it could, "systemd-stop-exporter check" says why. What only a source sees is missed while it is down.',
      unit: 'none',
      size: [12, 8],
    },
    queries.sourcesUp,
  ).mappings([upOrDown]),
  lines(
    {
      title: 'Traces pending',
      description: 'Traces that the collector has not acknowledged. They are kept on disk and sent when it is back.',
      unit: 'none',
      size: [6, 8],
    },
    queries.tracesPending,
  ),
  bars(
    {
      title: 'Traces sent and given up',
      description: 'Traces that the collector took, and those that were given up: too old, or left out by sampling.',
      unit: 'none',
      size: [6, 8],
    },
    queries.tracesSent,
    queries.tracesDropped,
  ),
  lines(
    {
      title: 'Evidence',
      description: 'Pieces of evidence per second and source. Zero for long on a busy host: the source is up but sees nothing.',
      unit: 'cps',
      size: [8, 8],
    },
    queries.evidence,
  ),
  table(
    {
      title: 'Evidence discarded',
      description: 'Input that could not be read as evidence, in the time shown.',
      unit: 'none',
      size: [8, 8],
    },
    queries.evidenceDiscarded,
    'pieces',
  ),
  stat(
    {
      title: 'Incident log',
      description:
        'Writes that failed, stops that wait in memory until one succeeds, evidence that came after its incident was closed, stops seen again and not counted again.',
      unit: 'none',
      size: [8, 8],
    },
    queries.logFailures,
    queries.incidentsWaiting,
    queries.lateEvidence,
    queries.repeated,
  )
    .thresholds(standsOut('orange'))
    .colorScheme(byThreshold()),
  table(
    { title: 'Versions', description: 'How many exporters of which version, on which Node.', unit: 'none', size: [8, 7] },
    queries.versions,
    'exporters',
  ),
  lines({ title: 'Memory', description: 'Resident memory of the exporter.', unit: 'bytes', size: [8, 7] }, queries.memory),
  lines(
    { title: 'Processor time', description: 'Seconds of processor time of the exporter in a second.', unit: 's', size: [8, 7] },
    queries.processorTime,
  ),
];
