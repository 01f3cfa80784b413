import { byThreshold, standsOut } from '../colours.ts';
import { fleetQueries as queries } from '../fleet-queries.ts';
import { bars, stat, table } from '../panels.ts';

/** What the exporter could not tell. */
export const notAttributed = [
  bars(
    {
      title: 'Stops without a cause or a sender',
      description:
        'Stops whose cause or whose sender the evidence does not tell. A probe on the host tells more: see the runbook not-attributed.',
      unit: 'none',
      size: [10, 8],
    },
    queries.unattributedOverTime,
  ),
  table(
    { title: 'On which hosts', description: 'The same by host, in the time shown.', unit: 'none', size: [9, 8] },
    queries.unattributedByHost,
  ),
  stat(
    {
      title: 'Unrecognised, folded',
      description:
        'Call paths of PID 1 that fit no known row (a new systemd: please report the recording), and stops counted under "other" because a label had too many values.',
      unit: 'none',
      size: [5, 8],
    },
    queries.callPathsUnrecognised,
    queries.labelsFolded,
  )
    .thresholds(standsOut('orange'))
    .colorScheme(byThreshold()),
];
