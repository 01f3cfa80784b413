import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { freePort } from '../../support/free-port.ts';
import { pathOf } from './installed.ts';
import { RunningProcess } from './running-process.ts';

/** A group of file_sd: `__metrics_path__` and its like may stand among the labels. */
export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

export interface AgentOptions {
  readonly groups: readonly TargetGroup[];
  /** Host and port of a Prometheus, or what leads to one. */
  readonly receiver: string;
  readonly scrapeInterval: string;
  /** For its configuration and its queue. */
  readonly directory: string;
}

export interface PrometheusAgent extends AsyncDisposable {
  readonly process: RunningProcess;
  /** A metric of its own, over all its label sets. */
  total(metric: string): Promise<number>;
}

const shippedFile = 'deploy/remote-write/prometheus-agent.yaml';

/** What a test changes of the shipped file: how often, where the targets are, where it goes. */
interface AgentFile {
  readonly global: object;
  readonly scrape_configs: readonly [object];
  readonly remote_write: readonly [object];
}

/** The agent of deploy/remote-write with its own file, by Debian's Prometheus (2.x calls the mode a feature). */
export async function startPrometheusAgent({
  groups,
  receiver,
  scrapeInterval,
  directory,
}: AgentOptions): Promise<PrometheusAgent> {
  mkdirSync(directory, { recursive: true });
  const shipped: AgentFile = parse(readFileSync(shippedFile, 'utf8'));
  const file = join(directory, 'prometheus-agent.json');
  const targets = join(directory, 'targets.json');
  writeFileSync(targets, JSON.stringify(groups));
  const changed: AgentFile = {
    ...shipped,
    global: { ...shipped.global, scrape_interval: scrapeInterval, scrape_timeout: scrapeInterval },
    scrape_configs: [{ ...shipped.scrape_configs[0], file_sd_configs: [{ files: [targets] }] }],
    remote_write: [{ ...shipped.remote_write[0], url: `http://${receiver}/api/v1/write` }],
  };
  writeFileSync(file, JSON.stringify(changed));
  const port = await freePort();
  const process = new RunningProcess(pathOf('prometheus'), [
    '--enable-feature=agent,exemplar-storage',
    `--config.file=${file}`,
    `--storage.agent.path=${join(directory, 'queue')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=info',
  ]);
  try {
    await process.says(/Server is ready to receive web requests/);
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
  return {
    process,
    async total(metric) {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const samples = text.matchAll(new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)`, 'gm'));
      return [...samples].reduce((sum, [, value]) => sum + Number(value), 0);
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}
