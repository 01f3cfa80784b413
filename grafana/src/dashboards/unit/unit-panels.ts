import { BigValueTextMode } from '@grafana/grafana-foundation-sdk/common';
import { byThreshold, standsOut } from '../colours.ts';
import { incidentsLink, jaegerLink } from '../data-links.ts';
import { bars, joinedTable, markdown, stat, states, table } from '../panels.ts';
import { unitQueries as queries } from '../unit-queries.ts';
import { howToRead } from './how-to-read.ts';

const size = [6, 4] as const;

export const summary = [
  stat({ title: 'Stops', description: 'Stops of the unit in the time shown.', unit: 'none', size }, queries.stops),
  stat(
    { title: 'Since the last stop', description: 'Also from before the time shown.', unit: 'dtdurations', size },
    queries.sinceLastStop,
  ),
  stat(
    { title: 'Last cause', description: 'Why it stopped the last time.', unit: 'dateTimeAsIso', size },
    queries.lastCause,
  ).textMode(BigValueTextMode.Name),
  stat({ title: 'Hosts', description: 'On how many hosts it stopped in the time shown.', unit: 'none', size }, queries.hosts),
  markdown({ title: 'How to read this', description: 'What the words mean, and where to click.', size: [8, 10] }, howToRead),
  states(
    {
      title: 'Timeline',
      description: 'A block is one or more stops in about a minute: which host, which cause, how many.',
      unit: 'none',
      size: [16, 10],
    },
    queries.states,
  )
    .thresholds(standsOut('red'))
    .colorScheme(byThreshold()),
];

export const why = [
  bars(
    {
      title: 'Stops by cause and sender',
      description:
        'Dots are exemplars: click one and "Query with Jaeger" to open the trace of that stop. Narrow bars overlap, so that a stop can be in two of them.',
      unit: 'none',
      size: [16, 9],
    },
    queries.stopsOverTime,
  ).dataLinks([incidentsLink('series'), jaegerLink('series')]),
  table({ title: 'Causes', description: 'Stops per cause in the time shown.', unit: 'none', size: [8, 9] }, queries.causes),
];

export const who = [
  table(
    {
      title: 'Senders',
      description:
        'Who made it stop. Click a cell for the incident pages with their proof, or for the traces. The exporter’s address is taken from the label "instance"; a template instance such as getty@tty1.service is counted under getty@.service, which the page does not know.',
      unit: 'none',
      size: [16, 9],
    },
    queries.senders,
  ).dataLinks([incidentsLink('row'), jaegerLink('row')]),
  joinedTable(
    {
      title: 'How long stops took',
      description:
        'Count, mean and 95th percentile of all stops of these causes on these hosts: the histogram has no unit names. How long one stop took is on its incident page and in its trace.',
      unit: 's',
      size: [8, 9],
    },
    { stops: queries.durationCount, mean: queries.durationMean, '95th percentile': queries.durationP95 },
  ).overrideByName('stops', [{ id: 'unit', value: 'none' }]),
];
