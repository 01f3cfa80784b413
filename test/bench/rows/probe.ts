import { type Finding, finding, type Row, reaching, type Scale } from '../finding.ts';
import { median } from '../statistics.ts';
import { type Bed, openBed } from '../support/bed.ts';
import { busyMs } from '../support/host-usage.ts';
import { type RunningProbe, startProbe } from '../support/probe-process.ts';

export const probeRow: Row = {
  name: 'probe',
  needsBed: true,
  about:
    'processor time of PID 1, of the host and of the tracefs probe for a start and stop of a unit, without and with the probe in turns',
  async measure(scale: Scale): Promise<readonly Finding[]> {
    const [stops, rounds] = scale === 'full' ? [250, 4] : [50, 2];
    await using bed = await openBed({ services: 1 });
    await bed.machine.exec(`systemctl stop ${bed.ours.unit}`);
    const [without, withProbe]: [Cost[], Cost[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      without.push(await costOfStops(bed, stops));
      await using probe = await startProbe(bed.machine);
      withProbe.push(await costOfStops(bed, stops, probe));
    }
    return findingsOf(without, withProbe);
  },
};

interface Cost {
  readonly pidOneMs: number;
  readonly probeMs: number;
  readonly hostMs: number;
}

function findingsOf(without: readonly Cost[], withProbe: readonly Cost[]): readonly Finding[] {
  const pidOne = {
    'with the probe': withProbe.map(({ pidOneMs }) => pidOneMs),
    without: without.map(({ pidOneMs }) => pidOneMs),
  };
  const host = { 'with the probe': withProbe.map(({ hostMs }) => hostMs), without: without.map(({ hostMs }) => hostMs) };
  const more = median(pidOne['with the probe']) / median(pidOne.without) - 1;
  return [
    reaching(
      finding('PID 1, one start and stop', 'ms CPU', pidOne),
      `under 5 % more (${(more * 100).toFixed(0)} %)`,
      more < 0.05,
    ),
    finding('the probe itself', 'ms CPU', { probe: withProbe.map(({ probeMs }) => probeMs) }),
    finding('the whole host, one start and stop', 'ms CPU', host),
  ];
}

/** Of one start and stop, on average. */
async function costOfStops({ machine, units, usage }: Bed, stops: number, probe?: RunningProbe): Promise<Cost> {
  const look = async () => ({ pidOneMs: (await usage('PID 1')).cpuMs, probeMs: probe?.cpuMs() ?? 0, hostMs: busyMs() });
  const before = await look();
  const loop = `for i in $(seq ${stops}); do systemctl start ${units[0]}; systemctl stop ${units[0]}; done`;
  await machine.exec(loop, { timeoutMs: 600_000 });
  const after = await look();
  const each = (key: keyof Cost): number => (after[key] - before[key]) / stops;
  return { pidOneMs: each('pidOneMs'), probeMs: each('probeMs'), hostMs: each('hostMs') };
}
