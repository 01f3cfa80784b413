import { freePort } from '../../support/free-port.ts';
import { pathOf } from './installed.ts';
import { RunningProcess } from './running-process.ts';

export interface Collector extends AsyncDisposable {
  readonly process: RunningProcess;
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  /** A counter of its own, over all its label sets. */
  total(metric: string): Promise<number>;
}

export interface CollectorOptions {
  /** Where it sends to. */
  readonly backend: string;
  /** Where its queue is on disk. */
  readonly queue: string;
  /** With resource-detection.yaml too, by a Collector that has its processor, which runs here. */
  readonly detects?: { readonly attributes: string };
}

/** The gateway of deploy/otel-collector, as its file says, on ports of its own. */
export async function startGateway({ backend, queue, detects }: CollectorOptions): Promise<Collector> {
  const [port, health, metrics] = [await freePort(), await freePort(), await freePort()];
  const environment = {
    OTLP_BACKEND: backend,
    COLLECTOR_QUEUE: queue,
    COLLECTOR_LISTEN: `127.0.0.1:${port}`,
    COLLECTOR_HEALTH: `127.0.0.1:${health}`,
    COLLECTOR_METRICS_PORT: String(metrics),
    ...(detects && { OTEL_RESOURCE_ATTRIBUTES: detects.attributes }),
  };
  const files = ['gateway.yaml', ...(detects === undefined ? [] : ['resource-detection.yaml'])];
  const program = pathOf(detects === undefined ? 'otelcol' : 'otelcol-detecting');
  const words = files.flatMap((file) => ['--config', `deploy/otel-collector/${file}`]);
  const process = new RunningProcess(program, words, { environment });
  try {
    await process.says(/Everything is ready/);
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
  return {
    process,
    endpoint: `http://127.0.0.1:${port}`,
    async total(metric) {
      const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
      const samples = text.matchAll(new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)`, 'gm'));
      return [...samples].reduce((sum, [, value]) => sum + Number(value), 0);
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}
