import type { RecordingRule } from './alert.ts';
import { recentStopsRule } from './recent-stops.ts';

/** In the order of evaluation, before the alerts, which use the first. The others are small enough to keep for years. */
export const recordingRules: readonly RecordingRule[] = [
  recentStopsRule,
  {
    name: 'job_cause:systemd_stop_exporter_stops:increase10m',
    expr: 'sum by (job, cause) (increase(systemd_stop_exporter_stops_total[10m]))',
  },
  {
    name: 'job_missing:systemd_stop_exporter_unattributed_stops:increase10m',
    expr: 'sum by (job, missing) (increase(systemd_stop_exporter_unattributed_stops_total[10m]))',
  },
];
