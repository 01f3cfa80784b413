import { incidentsLink, jaegerLink, unitDashboardLink } from '../data-links.ts';
import { fleetQueries as queries } from '../fleet-queries.ts';
import { ranking, table } from '../panels.ts';

/** Senders. */
export const who = [
  ranking(
    {
      title: 'Top senders',
      description:
        'Commands that made services stop. "systemd": PID 1 acted by itself; "none": the service ended by itself; "unknown": the evidence does not tell; "other": one command too many for a label.',
      unit: 'none',
      size: [6, 9],
    },
    queries.senders,
  ),
  ranking(
    {
      title: 'Top sender units',
      description:
        'The units these commands ran in: apt-daily-upgrade.service, cron.service, session.scope for people who are logged in.',
      unit: 'none',
      size: [6, 9],
    },
    queries.senderUnits,
  ),
  table(
    {
      title: 'Who stopped what',
      description: 'Click a cell for the incident pages with their proof, for the traces, or for the unit alone.',
      unit: 'none',
      size: [12, 9],
    },
    queries.whoStoppedWhat,
  ).dataLinks([incidentsLink('row'), jaegerLink('row'), unitDashboardLink()]),
];
