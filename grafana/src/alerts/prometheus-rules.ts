import type { Alert } from './alert.ts';
import { annotationsOf } from './annotations.ts';
import { exporterAlerts } from './exporter-alerts.ts';
import { recordedStops } from './recent-stops.ts';
import { recordingRules } from './recording-rules.ts';
import { stopAlerts } from './stop-alerts.ts';

/** A rule file as Prometheus reads it; rules of one group are evaluated in their order. */
export const prometheusRules = {
  groups: [
    {
      name: 'systemd-stop-exporter.stops',
      rules: [...recordingRules.map(({ name, expr }) => ({ record: name, expr })), ...stopAlerts.map(prometheusAlert)],
    },
    { name: 'systemd-stop-exporter.exporter', rules: exporterAlerts.map(prometheusAlert) },
  ],
};

function prometheusAlert({ name, severity, expr, forDuration, ...texts }: Alert) {
  return {
    alert: name,
    expr: expr(recordedStops),
    ...(forDuration !== undefined && { for: forDuration }),
    labels: { severity },
    annotations: annotationsOf(texts),
  };
}
