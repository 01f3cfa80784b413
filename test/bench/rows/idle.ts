import { setTimeout as delay } from 'node:timers/promises';
import { type Finding, finding, type Row, reaching, type Scale } from '../finding.ts';
import { openBed } from '../support/bed.ts';
import { startProbe } from '../support/probe-process.ts';

export const idleRow: Row = {
  name: 'idle',
  needsBed: true,
  about:
    'processor time and wakeups with 500 services, no stop and no scrape, extrapolated to an hour (full: the first hour, whole)',
  async measure(scale: Scale): Promise<readonly Finding[]> {
    const minutes = scale === 'full' ? 60 : 5;
    await using bed = await openBed({ services: 500 });
    await using probe = await startProbe(bed.machine);
    // It asks for the relations of each of them first. For some minutes more V8 tidies up, once: that is no hour's twelfth.
    await delay(scale === 'full' ? 60_000 : 6 * 60_000);
    const [before, probeBeforeMs] = [await bed.usage('ours'), probe.cpuMs()];
    await delay(minutes * 60_000);
    const [after, probeAfterMs] = [await bed.usage('ours'), probe.cpuMs()];
    const secondsAnHour = (fromMs: number, toMs: number): number => (((toMs - fromMs) / 1000) * 60) / minutes;
    const cpuSeconds = secondsAnHour(before.cpuMs, after.cpuMs);
    return [
      reaching(
        finding(`idle for ${minutes} minutes, extrapolated`, 'CPU s/h', { ours: cpuSeconds }),
        '< 1 s an hour',
        cpuSeconds < 1,
      ),
      finding('… the tracefs probe beside it', 'CPU s/h', { 'the probe': secondsAnHour(probeBeforeMs, probeAfterMs) }),
      finding('… wakeups of all its threads', '1/s', { ours: (after.wakeups - before.wakeups) / (minutes * 60) }),
      finding('… resident memory', 'MB', { ours: after.residentMb }),
    ];
  },
};
