import { dashboardUrl, runbookUrl } from '../links.ts';
import type { Alert } from './alert.ts';

type Texts = Pick<Alert, 'summary' | 'description' | 'runbook' | 'dashboard'>;

/** What Prometheus and Grafana both show with an alert. */
export function annotationsOf({ summary, description, runbook, dashboard }: Texts) {
  return { summary, description, runbook_url: runbookUrl(runbook), dashboard_url: dashboardUrl(dashboard) };
}
