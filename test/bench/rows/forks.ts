import { spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { type Finding, finding, type Row, reaching, type Scale } from '../finding.ts';
import { median } from '../statistics.ts';
import { openBed } from '../support/bed.ts';
import { cpuMsOf } from '../support/host-usage.ts';
import { startProbe } from '../support/probe-process.ts';

const warmUpForks = 16_000;

/** Neither has anything to do with the machine that is watched: what the probe costs everybody else. */
const loads = {
  'stress-ng --fork': (forks: number) => `stress-ng --quiet --fork 2 --fork-ops ${forks}`,
  'a shell that runs true': (forks: number) => `for i in $(seq ${forks}); do /bin/true; done`,
} as const;

export const forksRow: Row = {
  name: 'forks',
  needsBed: true,
  about: 'processor time of a load of forks on the host, without and with the tracefs probe in turns, and of the probe meanwhile',
  async measure(scale: Scale): Promise<readonly Finding[]> {
    if (spawnSync('stress-ng', ['--version']).status !== 0) throw new Error('stress-ng is not installed');
    const [forks, rounds] = scale === 'full' ? [20_000, 5] : [4_000, 3];
    await using bed = await openBed({ services: 1 });
    await bed.machine.exec(`systemctl stop ${bed.ours.unit}`);
    const findings: Finding[] = [];
    for (const [name, commandOf] of Object.entries(loads)) {
      const turns: Turn[] = [];
      for (let round = 0; round < rounds; round++) {
        const without = cpuMsOf(commandOf(forks));
        await using probe = await startProbe(bed.machine);
        cpuMsOf(commandOf(warmUpForks)); // A probe runs for weeks: its code is compiled.
        await delay(1_000);
        const before = { cpuMs: probe.cpuMs(), events: probe.events() };
        const withProbe = cpuMsOf(commandOf(forks));
        await delay(1_500); // The probe reads what is left.
        const { read, lost } = probe.events();
        const events = { read: read - before.events.read, lost: lost - before.events.lost };
        turns.push({ without, withProbe, probe: probe.cpuMs() - before.cpuMs, ...events });
      }
      findings.push(...findingsOf(`${forks.toLocaleString('en')} forks of ${name}`, turns));
    }
    return findings;
  },
};

interface Turn {
  readonly without: number;
  readonly withProbe: number;
  readonly probe: number;
  readonly read: number;
  readonly lost: number;
}

function findingsOf(name: string, turns: readonly Turn[]): readonly Finding[] {
  const of = (key: keyof Turn): readonly number[] => turns.map((turn) => turn[key]);
  const more = (median(of('withProbe')) + median(of('probe'))) / median(of('without')) - 1;
  const load = finding(name, 'ms CPU', {
    'with the probe': of('withProbe'),
    without: of('without'),
    'the probe itself': of('probe'),
  });
  return [
    reaching(load, `under 1 % more, the probe included (${(more * 100).toFixed(1)} %)`, more < 0.01),
    finding('… events of the kernel meanwhile', 'events', { read: of('read'), lost: of('lost') }),
  ];
}
