import { unitDashboardUid } from '../../links.ts';
import { buildDashboard } from '../dashboard.ts';
import { variables } from '../variables.ts';
import { summary, who, why } from './unit-panels.ts';

export function unitDashboard() {
  return buildDashboard({
    uid: unitDashboardUid,
    title: 'Service stops — one unit',
    description: 'The stops of one service: when, why, by whom, and the way to the proof.',
    variables: variables(['unit']),
    rows: [
      { title: 'The unit', panels: summary },
      { title: 'Why', panels: why },
      { title: 'Who', panels: who },
    ],
  });
}
