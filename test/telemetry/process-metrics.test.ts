import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { createProcessMetrics, type ProcessMetrics, sampleEveryMs } from '../../src/telemetry/process-metrics.ts';

async function firstValue(metrics: ProcessMetrics, name: string): Promise<number | undefined> {
  return (await metrics.getMetricsAsJSON()).find((metric) => metric.name === name)?.values[0]?.value;
}

test('a sample holds memory, processor time, file handles and the event loop', async () => {
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

test('the event loop is late by what it is late, and not by the interval of the timer that measures it', async () => {
  const metrics = createProcessMetrics();
  let nowMs = 0;
  const median = await vi.waitUntil(
    async () => {
      nowMs += sampleEveryMs;
      await metrics.sample(nowMs);
      return firstValue(metrics, 'nodejs_eventloop_lag_p50_seconds');
    },
    { interval: 2_500, timeout: 12_000 },
  );
  expect(median).toBeLessThan(0.09);
});

test('before the first tick of that timer there is no lag to tell', async () => {
  const metrics = createProcessMetrics();
  await metrics.sample(0);
  expect(await firstValue(metrics, 'nodejs_eventloop_lag_min_seconds')).toBeUndefined();
  expect(await firstValue(metrics, 'nodejs_eventloop_lag_mean_seconds')).toBeUndefined();
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
