import { causeOverrides } from '../colours.ts';
import { fleetQueries as queries } from '../fleet-queries.ts';
import { bars, ranking, table } from '../panels.ts';

/** Causes: over time, in sum, and on which hosts. */
export const why = [
  bars(
    {
      title: 'Stops per cause',
      description:
        'Each bar is the stops of the last minute or more ($__rate_interval), so that narrow bars overlap and a stop can be in two of them. Dots are exemplars: they open the trace of a stop.',
      unit: 'none',
      size: [16, 9],
    },
    queries.causesOverTime,
  ).overrides(causeOverrides),
  ranking(
    { title: 'Causes', description: 'Stops per cause in the time shown.', unit: 'none', size: [8, 9] },
    queries.causes,
  ).overrides(causeOverrides),
  table(
    {
      title: 'Hosts × causes',
      description: 'Where a cause is at home: a red column is a fleet-wide event, a red row a sick host.',
      unit: 'none',
      size: [24, 8],
    },
    queries.hostsByCause,
  )
    .transformations([
      {
        id: 'groupingToMatrix',
        options: { rowField: 'instance', columnField: 'cause', valueField: 'Value', emptyValue: 'null' },
      },
    ])
    .cellOptions({ type: 'color-background', mode: 'gradient' } as never),
];
