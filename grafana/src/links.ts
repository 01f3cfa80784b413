/** Addresses of your own: whoever runs this replaces them, with sed or here. */
const grafanaUrl = 'https://grafana.example.com';
const runbooksUrl = 'https://runbooks.example.com/systemd-stop-exporter';

export const fleetDashboardUid = 'systemd-stops-fleet';
export const unitDashboardUid = 'systemd-stops-unit';

export function runbookUrl(runbook: string): string {
  return `${runbooksUrl}/${runbook}.md`;
}

/** Of the dashboard with what the alert's labels say; Go template. */
export function dashboardUrl(uid: string): string {
  const variables = uid === unitDashboardUid ? ['instance', 'unit'] : ['instance'];
  const label = (variable: string): string => (variable === 'unit' ? 'name' : variable);
  const query = variables.map((name) => `var-${name}={{ $labels.${label(name)} | urlquery }}`).join('&');
  return `${grafanaUrl}/d/${uid}?${query}`;
}
