import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePort } from '../../support/free-port.ts';

/** In CI a missing Prometheus is a failure and not a skip. */
export const canScrape = process.env['CI'] === 'true' || spawnSync('prometheus', ['--version']).status === 0;

/** Samples of one series, oldest first. */
export type SampledSeries = readonly number[];

export interface Scraping {
  /** `1s`, for instance. */
  readonly interval: string;
  /** Goes into the query of the scrape's address: tells servers apart that come from one host. */
  readonly name: string;
}

/** A real Prometheus that scrapes one target. */
export class PrometheusServer {
  readonly #directory = mkdtempSync(join(tmpdir(), 'prometheus-'));
  readonly #port: number;
  #process: ChildProcess | undefined;

  private constructor(port: number, targetPort: number, { interval, name }: Scraping) {
    this.#port = port;
    const scrapes = [{ job_name: 'stops', params: { name: [name] }, static_configs: [{ targets: [`127.0.0.1:${targetPort}`] }] }];
    const config = { global: { scrape_interval: interval, scrape_timeout: interval }, scrape_configs: scrapes };
    writeFileSync(join(this.#directory, 'prometheus.yml'), JSON.stringify(config));
  }

  static async start(targetPort: number, scraping: Scraping): Promise<PrometheusServer> {
    const server = new PrometheusServer(await freePort(), targetPort, scraping);
    await server.start();
    return server;
  }

  /** Starts it again on the same data, and waits for a scrape. */
  async start(): Promise<void> {
    const flags = {
      'config.file': join(this.#directory, 'prometheus.yml'),
      'storage.tsdb.path': join(this.#directory, 'data'),
      'web.listen-address': `127.0.0.1:${this.#port}`,
      'log.level': 'error',
    };
    const parameters = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
    this.#process = spawn('prometheus', parameters, { stdio: ['ignore', 'inherit', 'inherit'] });
    await vi.waitUntil(async () => (await this.#query('up == 1')).length > 0, { timeout: 20_000, interval: 100 });
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined) return;
    running.kill('SIGTERM');
    await once(running, 'exit');
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Everything it has stored of a metric. */
  async samples(metric: string): Promise<readonly SampledSeries[]> {
    const series = await this.#query<{ readonly values: readonly (readonly [number, string])[] }>(`${metric}[1h]`);
    return series.map(({ values }) => values.map(([, value]) => Number(value)));
  }

  /**
   * What PromQL's own `increase()` says of a metric over the time up to its last sample: there it extrapolates nothing,
   * neither before a first sample of 0 nor after the last one.
   */
  async increase(metric: string): Promise<number> {
    const series = await this.#query<{ readonly values: readonly (readonly [number, string])[] }>(`${metric}[1h]`);
    const last = Math.max(...series.map(({ values }) => values.at(-1)?.[0] ?? 0));
    const [sum] = await this.#query<{ readonly value: readonly [number, string] }>(`sum(increase(${metric}[1h]))`, last);
    return Number(sum?.value[1]);
  }

  async #query<Result>(query: string, time?: number): Promise<readonly Result[]> {
    const parameters = new URLSearchParams({ query, ...(time === undefined ? {} : { time: String(time) }) });
    try {
      const response = await fetch(`http://127.0.0.1:${this.#port}/api/v1/query?${parameters}`);
      if (!response.ok) return [];
      const answer = (await response.json()) as { data: { result: Result[] } };
      return answer.data.result;
    } catch {
      return [];
    }
  }
}
