import { fleetDashboardUid } from '../../links.ts';
import { buildDashboard } from '../dashboard.ts';
import { variables } from '../variables.ts';
import { glance } from './glance.ts';
import { health } from './health.ts';
import { notAttributed } from './not-attributed.ts';
import { what } from './what.ts';
import { who } from './who.ts';
import { why } from './why.ts';

export function fleetDashboard() {
  return buildDashboard({
    uid: fleetDashboardUid,
    title: 'Service stops — fleet',
    description: 'Which services stopped, why, and who made them stop.',
    variables: variables(),
    rows: [
      { title: 'At a glance', panels: glance },
      { title: 'Why', panels: why },
      { title: 'Who', panels: who },
      { title: 'What', panels: what },
      { title: 'Not attributed', panels: notAttributed },
      { title: 'The exporter', panels: health },
    ],
  });
}
