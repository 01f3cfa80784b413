import { describe, expect, test } from 'vitest';
import { type EvidenceKind, sourceNames } from '../../src/model/evidence.ts';
import { discardReasons } from '../../src/sources/source.ts';
import { expectedKinds } from '../../src/telemetry/expected-kinds.ts';
import { createTelemetry, type Telemetry } from '../../src/telemetry/telemetry.ts';

/** `name{label=value}` → value. */
async function read({ registry }: Telemetry): Promise<Record<string, number>> {
  const metrics = await registry.getMetricsAsJSON();
  const entries = metrics.flatMap(({ name, values }) =>
    values.map(({ labels, value }) => {
      const text = Object.entries(labels).map(([label, word]) => `${label}=${word}`);
      return [`${name.replace('systemd_stop_exporter_', '')}{${text.join(',')}}`, value] as const;
    }),
  );
  return Object.fromEntries(entries);
}

describe('createTelemetry', () => {
  test('everything is there at zero before anything happens', async () => {
    const metrics = await read(createTelemetry({ version: '1.2.3', sources: ['stap', 'pstree'] }));
    expect(metrics).toMatchObject({
      'source_up{source=stap}': 0,
      'source_up{source=pstree}': 0,
      'evidence_total{source=stap,kind=call-path}': 0,
      'evidence_total{source=pstree,kind=process-tree}': 0,
      'incidents_late_evidence_total{}': 0,
      'incidents_repeated_total{}': 0,
      'incident_log_failures_total{}': 0,
      'call_path_unrecognised_total{}': 0,
      'traces_sent_total{}': 0,
      'traces_pending{}': 0,
      'traces_dropped_total{reason=retention}': 0,
      [`build_info{version=1.2.3,node_version=${process.version}}`]: 1,
    });
    for (const reason of discardReasons) expect(metrics[`evidence_discarded_total{source=stap,reason=${reason}}`]).toBe(0);
  });

  test('a source that is not configured has no series', async () => {
    const metrics = await read(createTelemetry({ version: '1', sources: ['journal'] }));
    expect(Object.keys(metrics).filter((key) => key.includes('source=') && !key.includes('source=journal'))).toEqual([]);
  });

  test('each method moves its own metric', async () => {
    const telemetry = createTelemetry({ version: '1', sources: ['dbus'] });
    telemetry.evidenceSeen('dbus', 'request');
    telemetry.evidenceSeen('dbus', 'request');
    telemetry.evidenceDiscarded('dbus', 'overrun');
    telemetry.evidenceLate();
    telemetry.sourceUp('dbus', true);
    telemetry.sourceDegraded('dbus', true);
    telemetry.callPathUnrecognised();
    telemetry.incidentRepeated();
    telemetry.incidentLogFailed();
    telemetry.tracesSent(3);
    telemetry.tracesPending(4);
    telemetry.tracesDropped('retention', 5);
    expect(await read(telemetry)).toMatchObject({
      'evidence_total{source=dbus,kind=request}': 2,
      'evidence_discarded_total{source=dbus,reason=overrun}': 1,
      'incidents_late_evidence_total{}': 1,
      'source_up{source=dbus}': 1,
      'source_degraded{source=dbus}': 1,
      'call_path_unrecognised_total{}': 1,
      'incidents_repeated_total{}': 1,
      'incident_log_failures_total{}': 1,
      'traces_sent_total{}': 3,
      'traces_pending{}': 4,
      'traces_dropped_total{reason=retention}': 5,
    });
    telemetry.sourceUp('dbus', false);
    expect((await read(telemetry))['source_up{source=dbus}']).toBe(0);
  });

  test('evidence that was not expected of a source is counted too', async () => {
    const telemetry = createTelemetry({ version: '1', sources: ['pstree'] });
    telemetry.evidenceSeen('pstree', 'signal');
    expect((await read(telemetry))['evidence_total{source=pstree,kind=signal}']).toBe(1);
  });

  test('two of them share nothing', async () => {
    const one = createTelemetry({ version: '1', sources: [] });
    const other = createTelemetry({ version: '1', sources: [] });
    one.tracesSent(1);
    expect((await read(other))['traces_sent_total{}']).toBe(0);
  });
});

const everyKind: Readonly<Record<EvidenceKind, true>> = {
  'call-path': true,
  request: true,
  'job-pulled': true,
  signal: true,
  'oom-victim': true,
  'cgroup-move': true,
  'cgroup-empty': true,
  'unit-state': true,
  'service-state': true,
  'job-added': true,
  'job-removed': true,
  'unit-removed': true,
  'unit-relations': true,
  'bus-peer': true,
  'process-tree': true,
  journal: true,
};

test('every source is expected to see something, and every kind is expected of a source', () => {
  for (const source of sourceNames) expect(expectedKinds[source].length).toBeGreaterThan(0);
  expect(new Set<string>(Object.values(expectedKinds).flat())).toEqual(new Set(Object.keys(everyKind)));
});
