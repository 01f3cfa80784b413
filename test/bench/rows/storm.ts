import { setTimeout as delay } from 'node:timers/promises';
import { type Finding, finding, type Row, reaching, type Scale } from '../finding.ts';
import { growthExponent } from '../statistics.ts';
import { type Actor, type Bed, openBed } from '../support/bed.ts';

const actors = ['ours', 'the probe', 'PID 1', 'dbus-daemon'] as const;
export type Cpu = Readonly<Record<Actor, number>>;

export const stormRow: Row = {
  name: 'storm',
  needsBed: true,
  about: 'N units stopped by one systemctl at once: what is counted and attributed, and processor time with and without us',
  async measure(scale: Scale): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    const costs: (readonly [number, number])[] = [];
    for (const size of scale === 'full' ? [100, 500, 2000] : [100, 500]) {
      const storm = await measureStorm(size, scale);
      costs.push([size, storm.oursMs]);
      findings.push(...storm.findings);
    }
    return [...findings, finding('growth of our processor time with a storm', 'exponent', { ours: growthExponent(costs) })];
  },
};

interface Storm {
  readonly findings: readonly Finding[];
  readonly oursMs: number;
}

/** Evidence is kept for two and a half minutes. */
const evidenceMs = 170_000;

async function measureStorm(size: number, scale: Scale): Promise<Storm> {
  await using bed = await openBed({ services: size, withProbe: true });
  const before = await cpuOf(bed);
  await stopAll(bed);
  await counted(bed, size);
  const withUs = difference(await cpuOf(bed), before);
  const [all, attributed] = await countsOf(bed);
  const { peakMb } = await bed.usage('ours');
  if (scale === 'full') await delay(evidenceMs);
  const { residentMb } = await bed.usage('ours');
  await bed.endOurs();
  await bed.machine.exec(`systemctl start ${bed.units.join(' ')}`, { timeoutMs: 300_000 });
  const beforeAlone = await cpuOf(bed);
  await stopAll(bed);
  const alone = difference(await cpuOf(bed), beforeAlone);
  const name = `${size.toLocaleString('en')} units at once`;
  const counts = finding(`${name}: counted`, 'stops', { counted: all, 'as requested by systemctl': attributed });
  const findings = [
    reaching(counts, `all ${size} counted and attributed`, all === size && attributed === size),
    finding(`${name}: processor time with us`, 'ms', withUs),
    finding(`${name}: processor time without us`, 'ms', { 'PID 1': alone['PID 1'], 'dbus-daemon': alone['dbus-daemon'] }),
    finding(`${name}: memory`, 'MB', { 'the most': peakMb, [scale === 'full' ? 'three minutes later' : 'then']: residentMb }),
  ];
  return { findings, oursMs: withUs.ours };
}

async function stopAll({ machine, units }: Bed): Promise<void> {
  await machine.operate(`systemctl stop ${units.join(' ')}`, { timeoutMs: 300_000 });
}

/** Resolves once all are counted, or when no more come for ten seconds. */
export async function counted(bed: Bed, size: number): Promise<void> {
  for (let quiet = 0, last = -1; quiet < 20; quiet++) {
    const [all] = await countsOf(bed);
    if (all >= size) return;
    if (all !== last) quiet = 0;
    last = all;
    await delay(500);
  }
}

/** Stops of our services: all, and those found to be requested by systemctl. */
export async function countsOf({ ours }: Bed): Promise<readonly [number, number]> {
  const { body } = await ours.get('/metrics', 'text/plain');
  const samples = [...body.matchAll(/^systemd_unit_stops_total\{name="(?:service-\d+\.service|other)"(.*)\} (\d+)$/gm)];
  const sum = (pattern: RegExp): number =>
    samples.reduce((total, [, labels = '', value]) => total + (pattern.test(labels) ? Number(value) : 0), 0);
  return [sum(/./), sum(/cause="requested",sender="systemctl"/)];
}

/** 0 for what does not run. */
export async function cpuOf(bed: Bed): Promise<Cpu> {
  const cpuMs = async (of: Actor): Promise<number> => (await bed.usage(of).catch(() => undefined))?.cpuMs ?? 0;
  const pairs = await Promise.all(actors.map(async (of) => [of, await cpuMs(of)] as const));
  return Object.fromEntries(pairs) as Cpu;
}

export function difference(after: Cpu, before: Cpu): Cpu {
  return Object.fromEntries(actors.map((of) => [of, after[of] - before[of]])) as Cpu;
}
