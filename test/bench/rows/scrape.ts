import { setTimeout as delay } from 'node:timers/promises';
import { type Finding, finding, type Row, reaching, type Scale } from '../finding.ts';
import { median } from '../statistics.ts';
import { type Bed, openBed } from '../support/bed.ts';

export const scrapeRow: Row = {
  name: 'scrape',
  needsBed: true,
  about:
    'scrapes of 1,000 services of one PID 1, ours, node_exporter --collector.systemd and systemd_exporter in turns: idle, and at 100 stops a second',
  async measure(scale: Scale): Promise<readonly Finding[]> {
    const rounds = scale === 'full' ? 200 : 20;
    await using bed = await openBed({ services: 1000 });
    // One stop of each, so that each has its series.
    await restartAll(bed);
    await delay(3_000);
    const idle = await scrapes(bed, rounds);
    const messages = await messagesPerScrape(bed);
    // Who asks PID 1 waits for half a minute then.
    const busy = await whileStopping(bed, () => scrapes(bed, rounds / 4));
    return [compared('1,000 services, idle', idle), compared('1,000 services, 100 stops/s', busy), messages];
  },
};

type Times = Readonly<Record<string, readonly number[]>>;

function compared(what: string, times: Times): Finding {
  const { ours = [], ...others } = times;
  const factor = Math.min(...Object.values(others).map(median)) / median(ours);
  return reaching(finding(`scrape of ${what}`, 'ms', times), `≥ 10× faster than either (${factor.toFixed(1)}×)`, factor >= 10);
}

async function scrapes({ ports, runInside }: Bed, rounds: number): Promise<Times> {
  const times = await runInside<Times>('scrape.ts', String(rounds), ...Object.values(ports).map(String));
  return Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, times[port] ?? []]));
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
  const during = async (port?: number): Promise<number> => {
    await machine.exec('rm -f /tmp/bus; busctl monitor --json=short >/tmp/bus 2>/dev/null & echo $! >/tmp/bus.pid; sleep 1');
    if (port !== undefined) await runInside('scrape.ts', '18', String(port));
    const { stdout } = await machine.exec('sleep 1; kill $(cat /tmp/bus.pid); grep -c . /tmp/bus || true');
    return Number(stdout) / 20;
  };
  const quiet = await during();
  const messages: Record<string, number> = {};
  // Of one in ten it is somebody else's: what a scrape sends, each of them sends.
  for (const [name, port] of Object.entries(ports)) messages[name] = Math.round((await during(port)) - quiet);
  return reaching(finding('messages on the system bus per scrape', 'messages', messages), 'zero', messages['ours'] === 0);
}
