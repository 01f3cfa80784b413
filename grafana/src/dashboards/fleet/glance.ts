import { byThreshold, standsOut } from '../colours.ts';
import { fleetQueries as queries } from '../fleet-queries.ts';
import { stat } from '../panels.ts';

const size = [3, 4] as const;

/** How things are, in one row of numbers. */
export const glance = [
  stat(
    { title: 'Stops', description: 'Stops of services in the time shown, under the filters above.', unit: 'none', size },
    queries.stops,
  ),
  stat(
    {
      title: 'Cgroup empty',
      description:
        'Stops that began because no process was left in the control group, and no main process was seen to end. What "randomly stopped" looks like.',
      unit: 'none',
      size,
    },
    queries.cgroupEmpty,
  )
    .thresholds(standsOut('red'))
    .colorScheme(byThreshold()),
  stat(
    {
      title: 'Killed by a signal',
      description: 'The main process was killed by a signal, with a core dump or without.',
      unit: 'none',
      size,
    },
    queries.killed,
  )
    .thresholds(standsOut('red'))
    .colorScheme(byThreshold()),
  stat(
    {
      title: 'OOM or watchdog',
      description: 'Killed because memory ran out, or aborted because the watchdog was not answered.',
      unit: 'none',
      size,
    },
    queries.memoryOrWatchdog,
  )
    .thresholds(standsOut('orange'))
    .colorScheme(byThreshold()),
  stat(
    { title: 'Requested', description: 'Somebody asked for the stop or the restart. "Who" below tells who.', unit: 'none', size },
    queries.requested,
  )
    .thresholds(standsOut('blue'))
    .colorScheme(byThreshold()),
  stat(
    {
      title: 'Sender unknown',
      description:
        'Share of all stops in the time shown whose sender the evidence does not tell. It can be driven to zero: see "Not attributed".',
      unit: 'percentunit',
      size,
    },
    queries.unattributedShare,
  ),
  stat(
    {
      title: 'Since the last stop',
      description: 'Time since the last stop under the filters above, also from before the time shown.',
      unit: 'dtdurations',
      size,
    },
    queries.sinceLastStop,
  ),
  stat(
    {
      title: 'Exporters',
      description: 'Hosts whose exporter can be scraped now, and those whose exporter cannot.',
      unit: 'none',
      size,
    },
    queries.hostsUp,
    queries.hostsDown,
  ),
];
