import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { pathOf } from '../e2e/support/installed.ts';
import { freePort } from '../support/free-port.ts';

export interface GatewayProcess extends AsyncDisposable {
  readonly pid: number;
  readonly endpoint: string;
  /** A counter of its own, over all its label sets. */
  total(metric: string): Promise<number>;
}

/** The gateway of deploy/otel-collector with its own file, outside of any test. */
export async function startGatewayProcess(backend: string, queue: string): Promise<GatewayProcess> {
  const [port, health, metrics] = [await freePort(), await freePort(), await freePort()];
  const env = {
    PATH: process.env['PATH'],
    OTLP_BACKEND: backend,
    COLLECTOR_QUEUE: queue,
    COLLECTOR_LISTEN: `127.0.0.1:${port}`,
    COLLECTOR_HEALTH: `127.0.0.1:${health}`,
    COLLECTOR_METRICS_PORT: String(metrics),
  };
  const collector = spawn(pathOf('otelcol'), ['--config', 'deploy/otel-collector/gateway.yaml'], { env, stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    collector.kill('SIGTERM');
    if (collector.exitCode === null) await once(collector, 'exit');
  };
  try {
    await answers(`http://127.0.0.1:${health}/`);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pid: collector.pid ?? 0,
    endpoint: `http://127.0.0.1:${port}`,
    async total(metric) {
      const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
      const samples = text.matchAll(new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)`, 'gm'));
      return [...samples].reduce((sum, [, value]) => sum + Number(value), 0);
    },
    [Symbol.asyncDispose]: stop,
  };
}

async function answers(address: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const status = await fetch(address).then(
      (answer) => answer.status,
      () => undefined,
    );
    if (status === 200) return;
    if (performance.now() > deadline) throw new Error(`Cannot start the Collector: ${address} does not answer with 200`);
    await delay(200);
  }
}
