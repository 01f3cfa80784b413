import { grafanaRules } from './alerts/grafana-rules.ts';
import { prometheusRules } from './alerts/prometheus-rules.ts';
import { fleetDashboard } from './dashboards/fleet/fleet-dashboard.ts';
import { unitDashboard } from './dashboards/unit/unit-dashboard.ts';
import { yamlText } from './yaml-text.ts';

/** Every generated file: its path in the repository and its text. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'deploy/prometheus/systemd-stop-exporter.rules.yaml': yamlText('grafana/src/alerts', prometheusRules),
    'grafana/provisioning/alerting/systemd-stop-exporter.yaml': yamlText('grafana/src/alerts', grafanaRules),
    'grafana/dashboards/fleet.json': jsonText(fleetDashboard()),
    'grafana/dashboards/unit.json': jsonText(unitDashboard()),
  };
}

/** The SDK moves links and annotations into a menu that nobody asked for. */
function withoutMenu(key: string, value: unknown): unknown {
  return key === 'placement' && value === 'inControlsMenu' ? undefined : value;
}

function jsonText(document: unknown): string {
  return `${JSON.stringify(document, withoutMenu, 2)}\n`;
}
