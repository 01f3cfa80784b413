import { unitDashboardLink } from '../data-links.ts';
import { fleetQueries as queries } from '../fleet-queries.ts';
import { table } from '../panels.ts';

/** Units. */
export const what = [
  table(
    { title: 'Top units', description: 'Units that stopped most in the time shown, over all hosts.', unit: 'none', size: [6, 9] },
    queries.units,
  ).dataLinks([unitDashboardLink()]),
  table(
    {
      title: 'Restart storms',
      description:
        'Units that stopped at least five times within some ten minutes of the time shown, and how often at the worst.',
      unit: 'none',
      size: [9, 9],
    },
    queries.storms,
    'at the worst',
  ).dataLinks([unitDashboardLink()]),
  table(
    {
      title: 'Since the last stop',
      description: 'Units by the time since their last stop, also from before the time shown.',
      unit: 'dtdurations',
      size: [9, 9],
    },
    queries.sinceLastStopOfUnits,
    'since',
  ).dataLinks([unitDashboardLink()]),
];
