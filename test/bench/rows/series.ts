import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Finding, finding, type Row, reaching, type Scale } from '../finding.ts';
import { growthExponent, median, quantile } from '../statistics.ts';
import { fetchTimed, keptConnection } from '../support/timed-request.ts';

interface Serving {
  readonly port: number;
  readonly barePort: number;
  readonly textBytes: number;
  readonly zippedBytes: number;
  readonly lines: number;
}

interface LoopDelay {
  readonly maxMs: number;
  readonly p99Ms: number;
}

const sizes = [100, 1_000, 10_000] as const;

export const seriesRow: Row = {
  name: 'series',
  needsBed: false,
  about:
    'scrape of 100, 1,000 and 10,000 series of systemd_unit_stops_total, gzip, beside a bare node:http server of the same bytes',
  async measure(scale: Scale): Promise<readonly Finding[]> {
    const rounds = scale === 'full' ? 300 : 40;
    const measured: (readonly [number, Measured])[] = [];
    for (const size of sizes) measured.push([size, await measureSize(size, rounds)]);
    const growth = growthExponent(measured.map(([size, { ours }]) => [size, median(ours)]));
    return [
      ...measured.flatMap(([size, one]) => findingsOf(size, one)),
      finding('growth of a scrape with its series', 'exponent', { ours: growth }),
    ];
  },
};

interface Measured {
  readonly ours: readonly number[];
  readonly bare: readonly number[];
  readonly scraped: readonly number[];
  readonly quiet: readonly number[];
  readonly serving: Serving;
}

function findingsOf(size: number, { ours, bare, scraped, quiet, serving }: Measured): Finding[] {
  const name = `${size.toLocaleString('en')} series`;
  const p99 = quantile(ours, 0.99);
  return [
    reaching(finding(`${name}: scrape`, 'ms', { ours, 'bare node:http': bare }), 'p99 under 50 ms', p99 < 50),
    reaching(
      finding(`${name}: longest event-loop delay of a scrape`, 'ms', { scraped, 'not scraped': quiet }),
      'p99 never over 20 ms',
      quantile(scraped, 0.99) <= 20,
    ),
    finding(`${name}: answer`, 'kB', { gzip: serving.zippedBytes / 1000, text: serving.textBytes / 1000 }),
  ];
}

async function measureSize(size: number, rounds: number): Promise<Measured> {
  // With the nursery that the package's script gives to `serve`.
  const server = fileURLToPath(new URL('../support/series-server.ts', import.meta.url));
  const child = fork(server, [String(size)], { execArgv: ['--max-semi-space-size=1'] });
  const answer = async <T>(): Promise<T> => {
    const [message] = (await once(child, 'message')) as [T];
    return message;
  };
  const delay = (): Promise<LoopDelay> => {
    const told = answer<LoopDelay>();
    child.send('delay');
    return told;
  };
  try {
    const serving = await answer<Serving>();
    const [ours, bare, scraped, quiet]: number[][] = [[], [], [], []];
    const agent = keptConnection();
    for (let round = -3; round < rounds; round++) {
      await delay();
      const ourMs = await fetchTimed(serving.port, agent);
      const scrapedDelay = await delay();
      const bareMs = await fetchTimed(serving.barePort, agent);
      const quietDelay = await delay();
      if (round < 0) continue;
      ours?.push(ourMs);
      bare?.push(bareMs);
      scraped?.push(scrapedDelay.maxMs);
      quiet?.push(quietDelay.maxMs);
    }
    agent.destroy();
    return { ours: ours ?? [], bare: bare ?? [], scraped: scraped ?? [], quiet: quiet ?? [], serving };
  } finally {
    child.kill();
  }
}
