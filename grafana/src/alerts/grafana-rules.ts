import type { Alert } from './alert.ts';
import { annotationsOf } from './annotations.ts';
import { exporterAlerts } from './exporter-alerts.ts';
import { recentStops } from './recent-stops.ts';
import { stopAlerts } from './stop-alerts.ts';

/** As in provisioning/datasources. */
const prometheusUid = 'prometheus';

/** Whatever the query returns is wrong, a 0 too: `up == 0` returns one. */
const anyResult = {
  refId: 'B',
  datasourceUid: '__expr__',
  model: {
    refId: 'B',
    type: 'threshold',
    expression: 'A',
    conditions: [{ evaluator: { type: 'gt', params: [-1] } }],
  },
};

/** The alerts as Grafana's own rules, for those whose Prometheus reads no rule files. */
export const grafanaRules = {
  apiVersion: 1,
  groups: [
    { orgId: 1, name: 'stops', folder: 'Service stops', interval: '1m', rules: stopAlerts.map(grafanaRule) },
    { orgId: 1, name: 'exporter', folder: 'Service stops', interval: '1m', rules: exporterAlerts.map(grafanaRule) },
  ],
};

function grafanaRule({ name, severity, expr, forDuration = '0s', ...texts }: Alert) {
  const { description, ...annotations } = annotationsOf(texts);
  return {
    uid: `systemd-stop-${texts.runbook}`,
    title: name,
    condition: 'B',
    data: [prometheusQuery(expr(recentStops)), anyResult],
    for: forDuration,
    // No stop is no data, and good news.
    noDataState: 'OK',
    execErrState: 'Error',
    labels: { severity },
    annotations: { ...annotations, description: description.replaceAll('$value', '$values.A.Value') },
    isPaused: false,
  };
}

function prometheusQuery(expr: string) {
  return {
    refId: 'A',
    relativeTimeRange: { from: 600, to: 0 },
    datasourceUid: prometheusUid,
    model: { refId: 'A', expr, instant: true, range: false },
  };
}
