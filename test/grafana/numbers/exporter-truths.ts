import type { fleetQueries } from '../../../grafana/src/dashboards/fleet-queries.ts';
import type { Selection } from './selection.ts';
import { countBy, estimated, exactly, onlyAbove, seriesName, single, type Truth, type Values } from './truth.ts';

type OfExporter =
  | 'hostsUp'
  | 'hostsDown'
  | 'unattributedOverTime'
  | 'unattributedByHost'
  | 'callPathsUnrecognised'
  | 'labelsFolded'
  | 'sourcesUp'
  | 'tracesPending'
  | 'tracesSent'
  | 'tracesDropped'
  | 'evidence'
  | 'evidenceDiscarded'
  | 'logFailures'
  | 'incidentsWaiting'
  | 'lateEvidence'
  | 'repeated'
  | 'memory'
  | 'processorTime';

export function aliveHosts({ hosts, world: { instances } }: Selection): readonly string[] {
  return hosts.filter((host) => host !== instances[2]);
}

/** What the exporters must say about themselves. */
export function exporterTruths(selection: Selection): Readonly<Record<OfExporter & keyof typeof fleetQueries, Truth>> {
  const { world, ofHosts, hosts } = selection;
  const [delivering, blind] = world.instances;
  const alive = aliveHosts(selection);
  const perHost = (value: (host: string) => number): Values =>
    Object.fromEntries(alive.map((host) => [seriesName({ instance: host }), value(host)]));
  const missing = ofHosts.filter(({ sender }) => sender === 'unknown');
  const withoutCause = ofHosts.filter(({ cause }) => cause === 'unknown');
  return {
    hostsUp: single(alive.length),
    hostsDown: single(hosts.length - alive.length),
    unattributedOverTime: exactly({ 'missing=cause': withoutCause.length, 'missing=sender': missing.length }),
    unattributedByHost: exactly(onlyAbove(rename(countBy(missing, 'instance'), 'missing=sender'), 1)),
    callPathsUnrecognised: single(0),
    labelsFolded: single(0),
    sourcesUp: exactly(
      rename(
        perHost((host) => (host === blind ? 0 : 1)),
        'source=stap',
      ),
    ),
    tracesPending: exactly(perHost((host) => (host === blind ? ofHosts.filter(({ instance }) => instance === blind).length : 0))),
    tracesSent: single(ofHosts.filter(({ instance }) => instance === delivering).length),
    tracesDropped: exactly({ 'reason=retention': 0, 'reason=sampled': 0, 'reason=undrawable': 0 }),
    evidence: {
      values: { 'source=stap': alive.reduce((sum, host) => sum + (world.evidence[host] ?? 0), 0) / 3600 },
      tolerance: estimated,
    },
    evidenceDiscarded: exactly(
      Object.fromEntries(
        alive.includes(blind)
          ? Object.entries(world.discarded).map(([reason, count]) => [
              seriesName({ instance: blind, source: 'stap', reason }),
              count,
            ])
          : [],
      ),
    ),
    logFailures: single(0),
    incidentsWaiting: single(0),
    lateEvidence: single(0),
    repeated: single(0),
    memory: { values: perHost(() => 0), onlySeries: true },
    processorTime: { values: perHost(() => 0), onlySeries: true },
  };
}

/** The same values under a further label. */
function rename(values: Values, label: string): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [[name, label].toSorted().join(' '), value]));
}
