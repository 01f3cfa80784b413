import { setTimeout as delay } from 'node:timers/promises';
import { type Finding, finding, type Row, reaching, type Scale } from '../finding.ts';
import { median } from '../statistics.ts';
import { type Bed, openBed } from '../support/bed.ts';

export const scrapeRow: Row = {
  name: 'scrape',
  needsBed: true,
  about:
    'scrapes of 1,000 services of one PID 1, ours and node_exporter --collector.systemd in turns: idle, and at 100 stops a second',
  async measure(scale: Scale): Promise<readonly Finding[]> {
    const rounds = scale === 'full' ? 200 : 20;
    await using bed = await openBed({ services: 1000 });
    // One stop of each, so that each has its series.
    await restartAll(bed);
    await delay(3_000);
    const idle = await scrapes(bed, rounds);
    const messages = await messagesPerScrape(bed);
    const busy = await whileStopping(bed, () => scrapes(bed, rounds));
    return [compared('1,000 services, idle', idle), compared('1,000 services, 100 stops/s', busy), messages];
  },
};

type Times = Readonly<Record<string, readonly number[]>>;

function compared(what: string, times: Times): Finding {
  const factor = median(times['node_exporter'] ?? []) / median(times['ours'] ?? []);
  return reaching(finding(`scrape of ${what}`, 'ms', times), `≥ 10× faster (${factor.toFixed(1)}×)`, factor >= 10);
}

async function scrapes({ ports, runInside }: Bed, rounds: number): Promise<Times> {
  const all = [ports.ours, ...(ports.nodeExporter === undefined ? [] : [ports.nodeExporter])];
  const times = await runInside<Times>('scrape.ts', String(rounds), ...all.map(String));
  return { ours: times[ports.ours] ?? [], node_exporter: times[ports.nodeExporter ?? 0] ?? [] };
}

/** One unit of two hundred at a time waits for its turn: PID 1 keeps up, or the second takes longer. */
async function restartAll({ machine, units }: Bed): Promise<void> {
  for (let from = 0; from < units.length; from += 200)
    await machine.exec(`systemctl restart ${units.slice(from, from + 200).join(' ')}`, { timeoutMs: 120_000 });
}

async function whileStopping<T>({ machine, units }: Bed, work: () => Promise<T>): Promise<T> {
  let isOver = false;
  const storm = (async () => {
    for (let from = 0; !isOver; from = (from + 100) % units.length) {
      const second = delay(1000);
      await machine.exec(`systemctl restart --no-block ${units.slice(from, from + 100).join(' ')}`);
      await second;
    }
  })();
  try {
    return await work();
  } finally {
    isOver = true;
    await storm;
  }
}

/** What the bus carries while each is scraped twenty times, above what it carries in the same time without. */
async function messagesPerScrape(bed: Bed): Promise<Finding> {
  const { machine, ports, runInside } = bed;
  const during = async (port: number | undefined): Promise<number> => {
    await machine.exec('rm -f /tmp/bus; busctl monitor --json=short >/tmp/bus 2>/dev/null & echo $! >/tmp/bus.pid; sleep 1');
    if (port !== undefined) await runInside('scrape.ts', '18', String(port));
    const { stdout } = await machine.exec('sleep 1; kill $(cat /tmp/bus.pid); grep -c . /tmp/bus || true');
    return Number(stdout) / 20;
  };
  const quiet = await during(undefined);
  const ours = (await during(ports.ours)) - quiet;
  const other = ports.nodeExporter === undefined ? Number.NaN : (await during(ports.nodeExporter)) - quiet;
  const found = finding('messages on the system bus per scrape', 'messages', { ours, node_exporter: other });
  return reaching(found, 'zero', ours === 0);
}
