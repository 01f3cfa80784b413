import { setTimeout as delay } from 'node:timers/promises';
import { type Finding, finding, type Row, reaching, type Scale } from '../finding.ts';
import { type Bed, openBed } from '../support/bed.ts';
import { counted, countsOf, cpuOf, difference } from './storm.ts';

const perSecond = 50;

export const steadyRow: Row = {
  name: 'steady',
  needsBed: true,
  about:
    '50 restarts a second (full: for ten minutes), all sources on: what is counted and attributed, memory and processor time',
  async measure(scale: Scale): Promise<readonly Finding[]> {
    const seconds = scale === 'full' ? 600 : 60;
    await using bed = await openBed({ services: 500, withProbe: true });
    const [before, startedAt] = [await cpuOf(bed), performance.now()];
    const residentMb = await restarting(bed, seconds);
    const tookSeconds = (performance.now() - startedAt) / 1000;
    const stops = seconds * perSecond;
    await counted(bed, stops);
    const cpu = Object.entries(difference(await cpuOf(bed), before)).map(([of, ms]) => [of, ms / stops]);
    const [all, attributed] = await countsOf(bed);
    const counts = finding(`${stops} stops in ${tookSeconds.toFixed(0)} s`, 'stops', {
      counted: all,
      'as requested by systemctl': attributed,
    });
    const [middle, last] = [residentMb[Math.floor(residentMb.length / 2)] ?? 0, residentMb.at(-1) ?? 0];
    return [
      reaching(counts, `all ${stops} counted and attributed`, all === stops && attributed === stops),
      finding('… processor time of a stop', 'ms', Object.fromEntries(cpu)),
      reaching(
        finding('… resident memory', 'MB', { 'at the end': last, 'half way': middle, 'after a tenth': residentMb[0] ?? 0 }),
        `flat (${(last / middle).toFixed(2)}× of half way)`,
        last <= middle * 1.1,
      ),
    ];
  },
};

/** @returns resident memory after each tenth of the time */
async function restarting(bed: Bed, seconds: number): Promise<readonly number[]> {
  const residentMb: number[] = [];
  for (let second = 0; second < seconds; second++) {
    const tick = delay(1000);
    const from = (second * perSecond) % bed.units.length;
    // It waits for them: where the machine cannot do fifty in a second, the next fifty come later.
    await bed.machine.operate(`systemctl restart ${bed.units.slice(from, from + perSecond).join(' ')}`, { timeoutMs: 60_000 });
    await tick;
    if ((second + 1) % (seconds / 10) === 0) residentMb.push((await bed.usage('ours')).residentMb);
  }
  return residentMb;
}
