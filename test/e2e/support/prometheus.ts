import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { pathOf } from './installed.ts';
import { RunningProcess } from './running-process.ts';

export type Labels = Readonly<Record<string, string>>;

/** A series with its samples, oldest first. */
export interface Series {
  readonly metric: Labels;
  readonly values: readonly (readonly [number, string])[];
}

/** A series of one instant. */
export interface Sample {
  readonly metric: Labels;
  readonly value: readonly [number, string];
}

export interface ExemplarSeries {
  readonly seriesLabels: Labels;
  readonly exemplars: readonly { readonly labels: Labels; readonly value: string }[];
}

/** A real Prometheus. */
export interface Prometheus extends AsyncDisposable {
  readonly process: RunningProcess;
  /** Host and port; it also takes what others write to it. */
  readonly target: string;
  /** Asks its API. */
  get<T>(path: string, parameters?: Labels): Promise<T>;
  /** What a query gives, now or at a time in seconds; nothing where it cannot be asked yet. */
  series(query: string, time?: number): Promise<readonly (Series & Partial<Sample>)[]>;
  /** Waits until a query gives what is expected of it, and returns the last answer in any case. */
  until(query: string, isExpected: (series: readonly Series[]) => boolean): Promise<readonly Series[]>;
}

/** Of one job, as in Prometheus' own configuration. */
type ScrapeSettings = Readonly<Record<string, unknown>>;

/**
 * @param jobs host and port to scrape every second, by the name of their job
 * @param settings more about how a job is scraped, by its name
 * @param more beside the jobs in prometheus.yml
 */
export async function startPrometheus(
  jobs: Readonly<Record<string, string | readonly string[]>>,
  settings: Readonly<Record<string, ScrapeSettings>> = {},
  more: Readonly<Record<string, unknown>> = {},
): Promise<Prometheus> {
  const directory = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const port = await freePort();
  const scrapes = Object.entries(jobs).map(([name, targets]) => ({
    job_name: name,
    static_configs: [{ targets: [targets].flat() }],
    ...settings[name],
  }));
  const file = join(directory, 'prometheus.yml');
  const global = { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' };
  writeFileSync(file, JSON.stringify({ global, scrape_configs: scrapes, ...more }));
  const flags = {
    'config.file': file,
    'storage.tsdb.path': join(directory, 'data'),
    'web.listen-address': `127.0.0.1:${port}`,
    'enable-feature': 'exemplar-storage',
    'log.level': 'warn',
  };
  const process = new RunningProcess(pathOf('prometheus'), [
    '--web.enable-remote-write-receiver',
    ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
  ]);
  const get = async <T>(path: string, parameters: Labels = {}): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    return ((await response.json()) as { readonly data: T }).data;
  };
  const series: Prometheus['series'] = async (query, time) => {
    const at = time === undefined ? {} : { time: String(time) };
    const answer = await get<{ readonly result: readonly (Series & Sample)[] }>('query', { query, ...at }).catch(() => undefined);
    return answer?.result ?? [];
  };
  return {
    process,
    target: `127.0.0.1:${port}`,
    series,
    get,
    async until(query, isExpected) {
      let found: readonly Series[] = [];
      const asked = async () => {
        found = await series(query);
        return isExpected(found);
      };
      await vi.waitUntil(asked, { timeout: 25_000, interval: 100 }).catch(() => undefined);
      return found;
    },
    async [Symbol.asyncDispose]() {
      await process[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
