import type { fleetQueries } from '../../../grafana/src/dashboards/fleet-queries.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { aliveHosts, exporterTruths } from './exporter-truths.ts';
import type { Selection } from './selection.ts';
import type { Stop } from './stop.ts';
import { countBy, exactly, onlyAbove, reduceBy, single, type Truth } from './truth.ts';

const withCause = (stops: readonly Stop[], ...causes: readonly string[]) =>
  single(stops.filter(({ cause }) => causes.includes(cause)).length);

export const latest = (stops: readonly Stop[]) => Math.max(...stops.map(({ occurredAt }) => occurredAt));

/** What each query of the fleet dashboard must give, from the incidents. */
export function fleetTruths(selection: Selection): Readonly<Record<keyof typeof fleetQueries, Truth>> {
  const { stops, byAnybody, ofHosts, world } = selection;
  const whole = countBy(stops, 'instance', 'name');
  return {
    stops: single(stops.length),
    cgroupEmpty: withCause(stops, 'cgroup-empty'),
    killed: withCause(stops, 'signal', 'core-dump'),
    memoryOrWatchdog: withCause(stops, 'oom-kill', 'watchdog'),
    requested: withCause(stops, 'requested'),
    sinceLastStop: single(world.at - latest(byAnybody)),
    causesOverTime: exactly(countBy(stops, 'cause')),
    causes: exactly(countBy(stops, 'cause')),
    hostsByCause: exactly(countBy(stops, 'instance', 'cause')),
    senders: exactly(countBy(stops, 'sender')),
    senderUnits: exactly(
      countBy(
        stops.filter(({ sender_unit }) => sender_unit !== ''),
        'sender_unit',
      ),
    ),
    whoStoppedWhat: exactly(countBy(stops, 'sender', 'sender_unit', 'instance', 'name', 'cause')),
    units: exactly(countBy(stops, 'name')),
    // The subquery looks at whole minutes: a minute later one of them is after the stops.
    storms: { ...exactly(onlyAbove(whole, 5)), later: 60 },
    sinceLastStopOfUnits: exactly(reduceBy(byAnybody, ['instance', 'name'], (group) => world.at - latest(group))),
    unattributedShare: single(ofHosts.filter(({ sender }) => sender === 'unknown').length / ofHosts.length),
    ...exporterTruths(selection),
    versions: exactly({ [`node_version=${process.version} version=${packageJson.version}`]: aliveHosts(selection).length }),
  };
}
