import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createProcessMetrics, type ProcessMetrics, sampleEveryMs } from '../../src/telemetry/process-metrics.ts';

async function firstValue(metrics: ProcessMetrics, name: string): Promise<number | undefined> {
  return (await metrics.getMetricsAsJSON()).find((metric) => metric.name === name)?.values[0]?.value;
}

test('a sample holds memory, processor time and file handles', async () => {
  const metrics = createProcessMetrics();
  await metrics.sample(0);
  expect(await firstValue(metrics, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
  expect(await firstValue(metrics, 'process_cpu_seconds_total')).toBeGreaterThanOrEqual(0);
  expect(await firstValue(metrics, 'process_open_fds')).toBeGreaterThan(readdirSync('/proc/self/fd').length - 10);
  expect(await firstValue(metrics, 'process_start_time_seconds')).toBeGreaterThan(1_600_000_000);
  expect(await firstValue(metrics, 'nodejs_heap_size_used_bytes')).toBeGreaterThan(1_000_000);
});

test('a scrape collects nothing: between samples the answer does not change', async () => {
  const metrics = createProcessMetrics();
  await metrics.sample(1000);
  const first = await metrics.getMetricsAsJSON();
  await metrics.sample(1000 + sampleEveryMs - 1);
  expect(await metrics.getMetricsAsJSON()).toBe(first);
  await metrics.sample(1000 + sampleEveryMs);
  expect(await metrics.getMetricsAsJSON()).not.toBe(first);
});

test('a clock set back does not end the sampling', async () => {
  const metrics = createProcessMetrics();
  await metrics.sample(1_000_000);
  const first = await metrics.getMetricsAsJSON();
  await metrics.sample(0);
  expect(await metrics.getMetricsAsJSON()).not.toBe(first);
});

test('nothing is measured that needs a timer of its own', async () => {
  const metrics = createProcessMetrics();
  await metrics.sample(0);
  const names = (await metrics.getMetricsAsJSON()).map(({ name }) => name);
  expect(names.filter((name) => name.includes('lag'))).toEqual([]);
});

test('no gauge is named like a counter', async () => {
  const metrics = createProcessMetrics();
  await metrics.sample(0);
  const names = (await metrics.getMetricsAsJSON()).filter(({ type }) => String(type) !== 'counter').map(({ name }) => name);
  expect(names.filter((name) => name.endsWith('_total'))).toEqual([]);
  expect(names.length).toBeGreaterThan(10);
});

test('what measures keeps no process alive', () => {
  const urls = ['process-metrics', 'telemetry'].map((name) =>
    fileURLToPath(new URL(`../../src/telemetry/${name}.ts`, import.meta.url)),
  );
  const script = `
    import { createProcessMetrics } from ${JSON.stringify(urls[0])};
    import { createTelemetry } from ${JSON.stringify(urls[1])};
    createTelemetry({ version: '1', sources: ['stap'] });
    await createProcessMetrics().sample(0);`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000, encoding: 'utf8' });
  expect(child).toMatchObject({ status: 0, signal: null });
});
