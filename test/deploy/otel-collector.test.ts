import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startGateway } from '../e2e/support/collector.ts';
import { run } from '../e2e/support/exporter.ts';
import { isInstalled, pathOf } from '../e2e/support/installed.ts';
import { startJaeger } from '../e2e/support/jaeger.ts';
import { freePort } from '../support/free-port.ts';

const recording = ['--stap', 'test/scenarios/ovs-vswitchd-2020-manual-stop/stap.log'];

describe.skipIf(!isInstalled('otelcol'))('the gateway', () => {
  let queue = '';
  beforeEach(() => {
    queue = mkdtempSync(join(tmpdir(), 'gateway-'));
  });
  afterEach(() => rmSync(queue, { recursive: true }));

  async function sendStop(endpoint: string): Promise<string> {
    const sent = await run(['analyze', ...recording, '--format', 'json', '--otlp'], {
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
    });
    expect(sent).toMatchObject({ status: 0, stderr: '' });
    return (JSON.parse(sent.stdout) as [{ trace_id: string }])[0].trace_id;
  }

  test.skipIf(!isInstalled('jaeger'))('hands on to Jaeger what an exporter sends', async () => {
    await using jaeger = await startJaeger();
    await using gateway = await startGateway({ backend: jaeger.collector, queue });
    const traceId = await sendStop(gateway.endpoint);
    await expect.poll(async () => (await jaeger.traces(traceId)).length, { timeout: 20_000 }).toBe(1);
  });

  test.skipIf(!isInstalled('jaeger') || !isInstalled('otelcol-detecting'))(
    'says with resource-detection.yaml where it runs, and leaves what the exporter says of itself',
    async () => {
      await using jaeger = await startJaeger();
      const detects = { attributes: 'cloud.region=eu-north-1,service.name=gateway' };
      await using gateway = await startGateway({ backend: jaeger.collector, queue, detects });
      const traceId = await sendStop(gateway.endpoint);
      await expect.poll(() => jaeger.otlpText(traceId), { timeout: 20_000 }).toContain('eu-north-1');
      const text = await jaeger.otlpText(traceId);
      expect(text).toContain('"cloud.region"');
      expect(text).not.toContain('"gateway"');
    },
  );

  test.skipIf(!isInstalled('jaeger'))(
    'keeps on disk what it has accepted, through its own crash, until there is a backend',
    async () => {
      const nobody = `http://127.0.0.1:${await freePort()}`;
      let traceId = '';
      {
        await using gateway = await startGateway({ backend: nobody, queue });
        traceId = await sendStop(gateway.endpoint);
        await expect.poll(() => gateway.total('otelcol_exporter_queue_size'), { timeout: 20_000 }).toBeGreaterThan(0);
        await gateway.process.stop('SIGKILL');
      }
      await using jaeger = await startJaeger();
      await using _gateway = await startGateway({ backend: jaeger.collector, queue });
      await expect.poll(async () => (await jaeger.traces(traceId)).length, { timeout: 20_000 }).toBe(1);
    },
  );
});

describe.skipIf(!isInstalled('otelcol'))("the Collector's own check", () => {
  test.each(['deploy/otel-collector/gateway.yaml', 'deploy/compose/otel-collector.yaml'])('finds nothing wrong in %s', (file) => {
    const env = { PATH: process.env['PATH'], OTLP_BACKEND: 'http://127.0.0.1:4318', COLLECTOR_QUEUE: tmpdir() };
    execFileSync(pathOf('otelcol'), ['validate', '--config', file], { env, stdio: 'pipe' });
  });
});
