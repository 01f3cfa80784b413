import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { stopsAnnotation } from './annotation.ts';
import type { variables } from './variables.ts';

interface DashboardParts {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: ReturnType<typeof variables>;
  readonly rows: readonly Row[];
}

interface Row {
  readonly title: string;
  readonly panels: readonly Parameters<DashboardBuilder['withPanel']>[0][];
}

const tag = 'systemd-stop-exporter';

/** In the classic schema, which every Grafana still imports and provisions: docs/decisions/0031. */
export function buildDashboard({ uid, title, description, variables, rows }: DashboardParts): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([tag])
    .readonly()
    .timezone('browser')
    .time({ from: 'now-24h', to: 'now' })
    .refresh('1m')
    .tooltip(DashboardCursorSync.Crosshair)
    .variables(variables)
    .annotations([stopsAnnotation()])
    .link(otherDashboards());
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(panel);
  }
  return numbered(builder.build());
}

function otherDashboards(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('Service stops')
    .type(DashboardLinkType.Dashboards)
    .tags([tag])
    .includeVars(true)
    .keepTime(true);
}

/** Grafana wants an id on each panel; links to a panel use it. */
function numbered(dashboard: Dashboard): Dashboard {
  return { ...dashboard, panels: (dashboard.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 })) };
}
