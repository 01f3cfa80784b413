import type { Query } from './query.ts';
import { countAtPoint, countInRange, lastStop, ofHosts, stops, stopsInRange } from './selectors.ts';

const unattributed = ofHosts('systemd_stop_exporter_unattributed_stops_total');
const own = (metric: string): string => ofHosts(`systemd_stop_exporter_${metric}`);
const number = (expr: string): Query => ({ expr: `sum(${expr}) or vector(0)`, shape: 'value' });

/** How many stops of one unit within ten minutes are a storm, as in the alert. */
const stormStops = 5;

/** Every query of "Service stops — fleet". */
export const fleetQueries = {
  stops: number(stopsInRange()),
  cgroupEmpty: number(stopsInRange('cause="cgroup-empty"')),
  killed: number(stopsInRange('cause=~"signal|core-dump"')),
  memoryOrWatchdog: number(stopsInRange('cause=~"oom-kill|watchdog"')),
  requested: number(stopsInRange('cause="requested"')),
  sinceLastStop: { expr: `time() - max(${lastStop})`, shape: 'value' },
  hostsUp: { expr: `sum(${ofHosts('up')})`, shape: 'value', legend: 'up' },
  hostsDown: { expr: `count(${ofHosts('up')} == 0) or vector(0)`, shape: 'value', legend: 'down' },

  causesOverTime: { expr: `sum by (cause) (${countAtPoint(stops())})`, shape: 'graph', legend: '{{cause}}', exemplars: true },
  causes: { expr: `sum by (cause) (${stopsInRange()}) > 0`, shape: 'value', legend: '{{cause}}' },
  hostsByCause: { expr: `sum by (instance, cause) (${stopsInRange()}) > 0`, shape: 'table' },

  senders: { expr: `topk(15, sum by (sender) (${stopsInRange()}) > 0)`, shape: 'value', legend: '{{sender}}' },
  senderUnits: {
    expr: `topk(15, sum by (sender_unit) (${stopsInRange('sender_unit!=""')}) > 0)`,
    shape: 'value',
    legend: '{{sender_unit}}',
  },
  whoStoppedWhat: {
    expr: `topk(100, sum by (sender, sender_unit, instance, name, cause) (${stopsInRange()}) > 0)`,
    shape: 'table',
  },

  units: { expr: `topk(20, sum by (name) (${stopsInRange()}) > 0)`, shape: 'table' },
  storms: {
    // The worst moment of an estimate would be the moment at which it is worst: counted, not estimated.
    expr: `max_over_time(sum by (instance, name) (last_over_time(${stops()}[10m]) - min_over_time(${stops()}[10m]))[$__range:1m]) >= ${stormStops}`,
    shape: 'table',
  },
  sinceLastStopOfUnits: { expr: `bottomk(50, time() - max by (instance, name) (${lastStop}))`, shape: 'table' },

  unattributedShare: {
    expr: `sum(${countInRange(ofHosts('systemd_stop_exporter_unattributed_stops_total', 'missing="sender"'))}) / (sum(${countInRange(own('stops_total'))}) > 0)`,
    shape: 'value',
  },
  unattributedOverTime: { expr: `sum by (missing) (${countAtPoint(unattributed)})`, shape: 'graph', legend: '{{missing}}' },
  unattributedByHost: { expr: `sum by (instance, missing) (${countInRange(unattributed)}) > 0`, shape: 'table' },
  callPathsUnrecognised: { ...number(countInRange(own('call_path_unrecognised_total'))), legend: 'call paths' },
  labelsFolded: { ...number(countInRange(own('labels_folded_total'))), legend: 'labels' },

  // 0 down, 1 up, 2 up but seeing less than it could.
  sourcesUp: {
    expr: `min by (instance, source) (${own('source_up')}) * (1 + max by (instance, source) (${own('source_degraded')}))`,
    shape: 'graph',
    legend: '{{instance}} {{source}}',
  },
  tracesPending: { expr: `sum by (instance) (${own('traces_pending')})`, shape: 'graph', legend: '{{instance}}' },
  tracesSent: { expr: `sum(${countAtPoint(own('traces_sent_total'))})`, shape: 'graph', legend: 'sent' },
  tracesDropped: {
    expr: `sum by (reason) (${countAtPoint(own('traces_dropped_total'))})`,
    shape: 'graph',
    legend: 'given up: {{reason}}',
  },
  evidence: { expr: `sum by (source) (rate(${own('evidence_total')}[$__rate_interval]))`, shape: 'graph', legend: '{{source}}' },
  evidenceDiscarded: {
    expr: `sum by (instance, source, reason) (${countInRange(own('evidence_discarded_total'))}) > 0`,
    shape: 'table',
  },
  logFailures: { ...number(countInRange(own('incident_log_failures_total'))), legend: 'writes failed' },
  incidentsWaiting: { expr: `sum(${own('incidents_waiting')})`, shape: 'value', legend: 'stops wait' },
  lateEvidence: { ...number(countInRange(own('incidents_late_evidence_total'))), legend: 'evidence came late' },
  repeated: { ...number(countInRange(own('incidents_repeated_total'))), legend: 'seen again' },
  versions: { expr: `count by (version, node_version) (${own('build_info')})`, shape: 'table' },
  memory: { expr: ofHosts('process_resident_memory_bytes'), shape: 'graph', legend: '{{instance}}' },
  processorTime: {
    expr: `rate(${ofHosts('process_cpu_seconds_total')}[$__rate_interval])`,
    shape: 'graph',
    legend: '{{instance}}',
  },
} as const satisfies Readonly<Record<string, Query>>;
