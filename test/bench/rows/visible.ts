import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Finding, finding, type Row, reaching, type Scale } from '../finding.ts';
import { quantile } from '../statistics.ts';
import { type Bed, openBed } from '../support/bed.ts';

const scrapeEveryMs = 25;

export const visibleRow: Row = {
  name: 'visible',
  needsBed: true,
  about: 'from PID 1’s own time of a stop’s end to the end of a scrape that counts it; a scrape every 25 ms, 10 stops a second',
  async measure(scale: Scale): Promise<readonly Finding[]> {
    const stops = scale === 'full' ? 1000 : 200;
    await using bed = await openBed({ services: stops, withProbe: true });
    await keepLoaded(bed);
    const seen = bed.runInside<Record<string, number>>(
      'watch-stops.ts',
      String(stops),
      String(stops / 5 + 30),
      String(scrapeEveryMs),
    );
    await delay(1_000);
    for (const unit of bed.units) {
      const tenth = delay(100);
      await bed.machine.exec(`systemctl stop --no-block ${unit}`);
      await tenth;
    }
    const delays = await delaysOf(bed, await seen);
    const found = finding('stop → visible in /metrics', 'ms', { 'all sources on, settle 700 ms': delays });
    const reached = delays.length === stops && quantile(delays, 0.5) <= 500 && quantile(delays, 0.99) <= 1000;
    return [reaching(found, `p50 ≤ 500 ms, p99 ≤ 1,000 ms; ${delays.length} of ${stops} seen`, reached)];
  },
};

/** systemd forgets a stopped unit, and when it stopped, unless another one names it. */
async function keepLoaded({ machine, units }: Bed): Promise<void> {
  await writeFile(`${machine.rootDirectory}/etc/systemd/system/keep-loaded.target`, `[Unit]\nAfter=${units.join(' ')}\n`);
  await machine.exec('systemctl daemon-reload; systemctl start keep-loaded.target');
}

async function delaysOf({ machine }: Bed, seen: Readonly<Record<string, number>>): Promise<readonly number[]> {
  const show = "systemctl show --timestamp=us+utc --property=Id --property=InactiveEnterTimestamp 'service-*.service' --all";
  const { stdout } = await machine.exec(show);
  return stdout.split('\n\n').flatMap((block) => {
    const id = /^Id=(.*)$/m.exec(block)?.[1] ?? '';
    // Fri 2026-11-27 05:57:33.123456 UTC
    const [, date, time, micros] = /^InactiveEnterTimestamp=\w+ (\S+) (\d\d:\d\d:\d\d)\.(\d{6}) UTC$/m.exec(block) ?? [];
    const shown = seen[id];
    if (date === undefined || shown === undefined) return [];
    return [shown / 1000 - (Date.parse(`${date}T${time}Z`) + Number(micros) / 1000)];
  });
}
