import { DashboardLinkBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { unitDashboardUid } from '../links.ts';

const serviceName = 'systemd-stop-exporter';

/** What a link takes from what was clicked: a cell's row, or the labels of a series. */
type Clicked = 'row' | 'series';

function clicked(from: Clicked, label: string): string {
  return from === 'row' ? `\${__data.fields.${label}:percentencode}` : `\${__field.labels.${label}:percentencode}`;
}

function host(from: Clicked): string {
  return from === 'row' ? '${__data.fields.instance}' : '${__field.labels.instance}';
}

/** The exporter's own page; right where `instance` is its address, as Prometheus sets it. */
export function incidentsLink(from: Clicked): DashboardLinkBuilder {
  const query = `unit=${clicked(from, 'name')}&cause=${clicked(from, 'cause')}`;
  return link('Incidents with their proof', `http://${host(from)}/incidents?${query}`);
}

/** Grafana's Explore, searching Jaeger for the unit's traces. */
export function jaegerLink(from: Clicked): DashboardLinkBuilder {
  const search = { refId: 'A', queryType: 'search', service: serviceName, tags: `systemd.unit.name=${clicked(from, 'name')}` };
  const panes = {
    traces: { datasource: '${jaeger}', queries: [search], range: { from: '${__from}', to: '${__to}' } },
  };
  return link('Traces in Jaeger', `/explore?schemaVersion=1&panes=${encodeAroundVariables(JSON.stringify(panes))}`);
}

export function unitDashboardLink(): DashboardLinkBuilder {
  const kept = '${datasource:queryparam}&${job:queryparam}&${instance:queryparam}&${__url_time_range}';
  return link('This unit alone', `/d/${unitDashboardUid}?var-unit=${clicked('row', 'name')}&${kept}`, false);
}

function link(title: string, url: string, opensTab = true): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).url(url).targetBlank(opensTab);
}

/** Grafana puts values into what looks like a variable, and only there. */
function encodeAroundVariables(text: string): string {
  return text
    .split(/(\$\{[^}]+\})/)
    .map((part, index) => (index % 2 === 1 ? part : encodeURIComponent(part)))
    .join('');
}
