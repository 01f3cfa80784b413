import { afterEach, describe, expect, test } from 'vitest';
import type { Host } from '../../../src/model/incident.ts';
import { append, type Bench, host, numbered, startBench } from './sink-bench.ts';

let bench: Bench;
afterEach(() => bench.stop());

async function resourceOf(
  incidentHost: Host,
  environment: Record<string, string> = {},
): Promise<Readonly<Record<string, string | undefined>>> {
  bench = await startBench(environment);
  const { incident, verdict } = numbered(0);
  append(bench.log, { incident: { ...incident, host: incidentHost }, verdict });
  await bench.sink.flush();
  return bench.collector.posts[0]?.resource ?? {};
}

const recordedOn = { machineId: 'f'.repeat(32), bootId: 'e'.repeat(32), hostname: 'ovs-host-2020' };

describe('the resource of a trace', () => {
  test('names the exporter and the host of the stop', async () => {
    expect(await resourceOf(host)).toEqual({
      'service.name': 'systemd-stop-exporter',
      'service.version': '1.2.3',
      'host.id': host.machineId,
      'host.name': host.hostname,
      'systemd.boot_id': host.bootId,
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.name': 'opentelemetry',
      'telemetry.sdk.version': expect.any(String),
    });
  });

  test('honours OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES', async () => {
    const environment = {
      OTEL_SERVICE_NAME: 'stops',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=overruled,deployment.environment.name=lab,host.name=node-7',
    };
    expect(await resourceOf(host, environment)).toMatchObject({
      'service.name': 'stops',
      'deployment.environment.name': 'lab',
      'host.name': 'node-7',
      'host.id': host.machineId,
    });
  });

  test('keeps the host of a recording, whatever ours is called', async () => {
    expect(await resourceOf(recordedOn, { OTEL_RESOURCE_ATTRIBUTES: 'host.name=node-7,host.id=x' })).toMatchObject({
      'service.name': 'systemd-stop-exporter',
      'host.id': recordedOn.machineId,
      'host.name': 'ovs-host-2020',
      'systemd.boot_id': recordedOn.bootId,
    });
  });

  test.each([
    ['nothing', { machineId: '', bootId: '', hostname: '' }],
    ['a host but no boot', { ...recordedOn, bootId: '' }],
    ['our machine but no boot', { ...host, bootId: '' }],
  ])('does not lend our boot to a recording that names %s', async (_, recorded) => {
    const resource = await resourceOf(recorded, { OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=lab' });
    expect(resource).not.toHaveProperty(['systemd.boot_id']);
    expect(resource).toMatchObject({
      'service.version': '1.2.3',
      'telemetry.sdk.name': 'opentelemetry',
      'deployment.environment.name': 'lab',
    });
  });

  test('never leaves the host empty: Jaeger would adjust its clock', async () => {
    const resource = await resourceOf({ machineId: '', bootId: '', hostname: '' });
    expect(resource).toMatchObject({ 'host.id': 'unknown', 'host.name': 'unknown' });
  });
});

describe('OTEL_LOG_LEVEL', () => {
  test.each(['none', 'error', 'rubbish'])('%s hides no partial success', async (level) => {
    bench = await startBench({ OTEL_LOG_LEVEL: level });
    bench.collector.answer(() => ({ status: 200, body: '{"partialSuccess":{"rejectedSpans":"1"}}' }));
    append(bench.log, numbered(0));
    await bench.sink.flush();
    expect(bench.log.unsentTraceCount()).toBe(1);
    expect(bench.told.reports).toEqual(['The collector rejects a trace: 1 of its spans']);
  });
});
