import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { alternate } from '../alternate.ts';
import { type Finding, finding, type Row, reaching, type Scale } from '../finding.ts';
import { growthExponent, median } from '../statistics.ts';
import { filledStorage } from '../support/filled-storage.ts';
import { bundledProgram } from '../support/program.ts';
import { scratch } from '../support/scratch.ts';
import { startNodeExporter, startOurs } from '../support/servers.ts';
import type { StartedProcess } from '../support/started-process.ts';

const cache = { NODE_COMPILE_CACHE: scratch('compile-cache') };
/** Nobody listens there: the SDK is loaded and finds no collector. */
const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };

const logSizes = [1_000, 10_000, 100_000] as const;

export const startRow: Row = {
  name: 'start',
  needsBed: false,
  about: 'process start to the first 200 on /metrics; cold is without compile cache and with our files out of the page cache',
  async measure(scale: Scale): Promise<readonly Finding[]> {
    const rounds = scale === 'full' ? 20 : 7;
    const cpu: Record<string, number[]> = { ours: [], 'ours with OTLP': [], 'ours, cold': [], node_exporter: [] };
    const first = (name: string, start: () => Promise<StartedProcess | undefined>) => async (): Promise<number> => {
      const started = await start();
      if (started === undefined) return Number.NaN;
      cpu[name]?.push(started.usage().cpuMs);
      await started.stop();
      return started.firstAnswerMs;
    };
    const times = await alternate(
      {
        ours: first('ours', () => startOurs({ environment: cache })),
        'ours with OTLP': first('ours with OTLP', () => startOurs({ environment: { ...cache, ...collector } })),
        'ours, cold': first('ours, cold', startCold),
        'node -e 0': bareNode,
        node_exporter: first('node_exporter', startNodeExporter),
      },
      rounds,
    );
    const [warm, otlp] = [median(times['ours'] ?? []), median(times['ours with OTLP'] ?? [])];
    return [
      reaching(finding('start → first 200', 'ms', times), '≤ 300 ms warm, ≤ 500 ms with OTLP', warm <= 300 && otlp <= 500),
      finding('processor time until then', 'ms', cpu),
      ...(await growth(rounds)),
    ];
  },
};

/** What a restart finds in its incident log has to be read before the first scrape. */
async function growth(rounds: number): Promise<readonly Finding[]> {
  const storages = await Promise.all(logSizes.map(async (size) => [size, await filledStorage(size)] as const));
  const starts = storages.map(([size, storage]) => {
    const start = async (): Promise<number> => {
      const started = await startOurs({ environment: cache, storage });
      await started.stop();
      return started.firstAnswerMs;
    };
    return [size, start] as const;
  });
  const nameOf = (size: number): string => `${size.toLocaleString('en')} stops`;
  const times = await alternate(Object.fromEntries(starts.map(([size, start]) => [nameOf(size), start])), rounds);
  const exponent = growthExponent(logSizes.map((size) => [size, median(times[nameOf(size)] ?? [])]));
  return [
    finding('start → first 200, with an incident log of', 'ms', times),
    finding('growth of a start with its incident log', 'exponent', { ours: exponent }),
  ];
}

async function startCold(): Promise<StartedProcess> {
  evict(await bundledProgram());
  return startOurs();
}

/** dd's "nocache" without any data asks the kernel to drop what it holds of a file. */
function evict(directory: string): void {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.name.endsWith('.js'));
  for (const { parentPath, name } of files)
    spawnSync('dd', [`of=${parentPath}/${name}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0'], { stdio: 'ignore' });
}

function bareNode(): number {
  const startedAt = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - startedAt;
}
