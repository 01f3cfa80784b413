import { readFileSync } from 'node:fs';

/** What the tests read of a dashboard, as Grafana gets it. */
export interface DashboardFile {
  readonly uid: string;
  readonly title: string;
  readonly editable: boolean;
  readonly templating: { readonly list: readonly VariableFile[] };
  readonly annotations: { readonly list: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[] };
  readonly panels: readonly PanelFile[];
}

interface VariableFile {
  readonly name: string;
  readonly type: string;
  readonly label?: string;
  readonly query: string | { readonly query: string };
  readonly datasource?: { readonly uid: string };
  readonly multi: boolean;
  readonly includeAll: boolean;
  readonly allValue?: string;
  readonly refresh?: number;
}

interface PanelFile {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string; readonly links?: readonly { readonly url: string }[] } };
  readonly targets?: readonly TargetFile[];
}

interface TargetFile {
  readonly refId: string;
  readonly expr: string;
  readonly datasource: { readonly uid: string };
}

export const dashboards: readonly DashboardFile[] = ['fleet', 'unit'].map((name) =>
  JSON.parse(readFileSync(`grafana/dashboards/${name}.json`, 'utf8')),
);

/** Those that show something, by what they are called in a test. */
export const panels = dashboards.flatMap((dashboard) =>
  dashboard.panels.filter(({ type }) => type !== 'row').map((panel) => [`${dashboard.uid}: ${panel.title}`, panel] as const),
);

export const targets = panels.flatMap(([name, panel]) =>
  (panel.targets ?? []).map((target) => [`${name} ${target.refId}`, target] as const),
);
