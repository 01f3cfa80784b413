import type { unitQueries } from '../../../grafana/src/dashboards/unit-queries.ts';
import { durationBucketsSeconds } from '../../../src/incident-log/incident-log.ts';
import { latest } from './fleet-truths.ts';
import type { Selection } from './selection.ts';
import type { Stop } from './stop.ts';
import { countBy, estimated, exactly, reduceBy, single, type Truth } from './truth.ts';

/** What each query of the dashboard of one unit must give, from the incidents. */
export function unitTruths({
  stops,
  byAnybody,
  ofHosts,
  variables,
  world,
}: Selection): Readonly<Record<keyof typeof unitQueries, Truth>> {
  const lastAt = latest(byAnybody);
  const isChosen = new RegExp(`^(?:${variables['cause']})$`);
  // The histogram has no units.
  const timed = ofHosts.filter(({ cause, durationSeconds }) => durationSeconds !== undefined && isChosen.test(cause));
  return {
    stops: single(stops.length),
    sinceLastStop: single(world.at - lastAt),
    lastCause: exactly(
      reduceBy(
        byAnybody.filter(({ occurredAt }) => occurredAt === lastAt),
        ['cause'],
        latest,
      ),
    ),
    hosts: single(new Set(stops.map(({ instance }) => instance)).size),
    states: exactly(countBy(stops, 'instance', 'cause')),
    stopsOverTime: exactly(countBy(stops, 'instance', 'name', 'cause', 'sender')),
    causes: exactly(countBy(stops, 'cause')),
    senders: exactly(countBy(stops, 'instance', 'name', 'cause', 'sender', 'sender_unit')),
    durationCount: exactly(countBy(timed, 'cause')),
    durationMean: { values: reduceBy(timed, ['cause'], mean), tolerance: estimated },
    durationP95: { values: reduceBy(timed, ['cause'], (group) => quantile(0.95, group)), tolerance: estimated },
  };
}

function mean(stops: readonly Stop[]): number {
  return stops.reduce((sum, { durationSeconds = 0 }) => sum + durationSeconds, 0) / stops.length;
}

/** As Prometheus documents `histogram_quantile`: the place in the bucket that holds that share, taken as evenly filled. */
function quantile(share: number, stops: readonly Stop[]): number {
  const below = (bound: number) => stops.filter(({ durationSeconds = 0 }) => durationSeconds <= bound).length;
  const rank = share * stops.length;
  const index = durationBucketsSeconds.findIndex((bound) => below(bound) >= rank);
  const upper = durationBucketsSeconds[index] ?? Number.NaN;
  const lower = durationBucketsSeconds[index - 1] ?? 0;
  const before = index === 0 ? 0 : below(lower);
  return lower + ((upper - lower) * (rank - before)) / (below(upper) - before);
}
