import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Subject } from './support/subject.ts';
import { sum } from './support/tally.ts';

/**
 * 100,000 incidents through one real exporter, from a log of records to a collector and a scraper; prints what it holds
 * and how long things take every tenth of the way. `npm run long-run [INCIDENTS]`.
 */
const incidents = Number(process.argv[2] ?? 100_000);
const steps = 10;
const batch = 1_000;

interface Held {
  readonly rss: number;
  readonly heapUsed: number;
  /** What V8 knows of outside its heap: buffers. */
  readonly external: number;
  readonly resources: Readonly<Record<string, number>>;
  readonly commitMs: { readonly median: number; readonly p99: number };
}

const told = join(mkdtempSync(join(tmpdir(), 'long-run-')), 'held.json');
const preload = new URL('support/tell-resources.ts', import.meta.url).pathname;
await using subject = await Subject.start({
  environment: { NODE_OPTIONS: `--expose-gc --import=${preload}`, TELL_RESOURCES: told },
  // All of it, so that what was not traced was lost, not pruned.
  flags: ['--storage.max-size', '4GB'],
});
console.log('incidents  RSS MB  heap MB  other MB  fds  commit ms (median, p99)  stop→count ms  scrape ms  stops/s  resources');
for (let step = 1; step <= steps; step++) {
  const startedMs = performance.now();
  for (let done = 0; done < incidents / steps; done += batch) await stopMany();
  const rate = incidents / steps / ((performance.now() - startedMs) / 1000);
  await print(incidents * (step / steps), rate);
}
const outcome = await subject.outcome();
rmSync(dirname(told), { recursive: true });
console.log(`done ${sum(subject.feed.done.values())}, counted ${sum(outcome.counted.values())}, traced ${outcome.stored?.size}`);

/** Half of them of services that stay, half of transient ones that are never heard of again. */
async function stopMany(): Promise<void> {
  const { feed } = subject;
  const before = sum(feed.done.values());
  feed.stop(
    ...Array.from({ length: batch }, (_, index) => {
      const number = before + index;
      return number % 2 === 0 ? `service-${number % 400}.service` : `run-u${number}.service`;
    }),
  );
  await subject.counted();
}

async function print(count: number, rate: number): Promise<void> {
  const countedMs = await time(async () => {
    subject.feed.stop('probe.service');
    await subject.counted();
  });
  const scrapeMs = await time(async () => void (await (await subject.get('/metrics')).text()));
  const { rss, heapUsed, external, resources, commitMs } = await held();
  const figures = [
    String(count).padStart(9),
    megabytes(rss).padStart(7),
    megabytes(heapUsed).padStart(8),
    megabytes(external).padStart(9),
    String(readdirSync(`/proc/${subject.process.pid}/fd`).length).padStart(4),
    `${commitMs.median.toFixed(2)}, ${commitMs.p99.toFixed(2)}`.padStart(24),
    countedMs.toFixed(0).padStart(14),
    scrapeMs.toFixed(0).padStart(10),
    rate.toFixed(0).padStart(8),
  ];
  console.log(`${figures.join(' ')}  ${JSON.stringify(resources)}`);
}

async function held(): Promise<Held> {
  rmSync(told, { force: true });
  process.kill(subject.process.pid, 'SIGUSR2');
  while (!existsSync(told) || readFileSync(told).length === 0) await delay(20);
  return JSON.parse(readFileSync(told, 'utf8')) as Held;
}

async function time(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}
