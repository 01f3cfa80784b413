import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Machine } from '../../system/machine.ts';
import { type Finding, finding, type Row, reaching, type Scale } from '../finding.ts';
import { median, quantile } from '../statistics.ts';
import { openBed } from '../support/bed.ts';
import { cpuMsOf } from '../support/host-usage.ts';
import { openProbeEvents, type ProbeEvents } from '../support/probe-events.ts';
import { type RunningProbe, startProbe } from '../support/probe-process.ts';
import { scratch } from '../support/scratch.ts';

/** Neither has anything to do with the machine that is watched: what the probe costs everybody else. */
const loads = {
  'forks of stress-ng --fork': (forks: number) => `stress-ng --quiet --fork 2 --fork-ops ${forks}`,
  'forks of a shell that runs true': (forks: number) => `for i in $(seq ${forks}); do /bin/true; done`,
} as const;

const files = 40;

/** What forks on a host that does not only fork: a shell, gcc, cc1 and as for each file. The kernel's files take longer. */
function build(): string {
  const path = scratch('forks.c');
  const body = '{ for (int i = 0; i < a; i++) b[i] = (char)(b[a - i] + printf("%d", i)); return a; }';
  const functions = Array.from({ length: 20 }, (_, index) => `int f${index}(int a, char *b) ${body}`);
  writeFileSync(path, ['#include <stdio.h>', ...functions, ''].join('\n'));
  return `for i in $(seq ${files}); do sh -c 'gcc -O2 -c -o /dev/null ${path}; true'; done`;
}

/** Nothing but one of the kernel's events, and as many as its buffer holds: what an event costs whom it happens to. */
const renames = (names: number): string => `perl -e 'for (1..${names}) { $0 = "a$_" }'`;

/** Of turns with and without the events: many small ones on one processor, for what is looked for is less than a hundredth. */
const pairs = 100;
const pinned = (command: string): string => `taskset -c 0 bash -c '${command}'`;

/** A probe runs for weeks: its code is compiled, which takes it some 60,000 events. */
const warmUp = Object.values(loads).map((commandOf) => commandOf(12_000));

export const forksRow: Row = {
  name: 'forks',
  needsBed: true,
  about:
    'processor time of the tracefs probe for a load of forks on the host; and of the load itself, with and without it in turns',
  async measure(scale: Scale): Promise<readonly Finding[]> {
    if (spawnSync('stress-ng', ['--version']).status !== 0) throw new Error('stress-ng is not installed');
    const [forks, rounds] = scale === 'full' ? [20_000, 20] : [4_000, 8];
    await using bed = await openBed({ services: 1 });
    await bed.machine.exec(`systemctl stop ${bed.ours.unit}`);
    const findings = await measureProbe(bed.machine, forks, rounds);
    using events = openProbeEvents(bed.machine.hostPid);
    for (const [name, commandOf] of Object.entries(loads))
      findings.push(...measureLoad(events, `the load itself: 150 ${name}`, pinned(commandOf(150))));
    return [...findings, ...measureLoad(events, '… 20,000 names of one process', renames(20_000))];
  },
};

interface Turn {
  readonly probeMs: number;
  readonly loadMs: number;
  readonly read: number;
  readonly lost: number;
}

async function measureProbe(machine: Machine, forks: number, rounds: number): Promise<Finding[]> {
  await using probe = await startProbe(machine);
  for (const command of warmUp) cpuMsOf(command);
  const findings: Finding[] = [];
  for (const [name, commandOf] of Object.entries(loads)) {
    const turns = await turnsOf(probe, commandOf(forks), rounds);
    findings.push(...shareOf(`the probe itself: ${forks.toLocaleString('en')} ${name}`, turns));
  }
  if (spawnSync('gcc', ['--version']).status !== 0) return findings;
  return [...findings, ...shareOf(`the probe itself: a build of ${files} files`, await turnsOf(probe, build(), rounds))];
}

async function turnsOf(probe: RunningProbe, command: string, rounds: number): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (let round = 0; round < rounds; round++) turns.push(await turnOf(probe, command));
  return turns;
}

async function turnOf(probe: RunningProbe, command: string): Promise<Turn> {
  await delay(1_000);
  const before = { cpuMs: probe.cpuMs(), ...probe.events() };
  const loadMs = cpuMsOf(command);
  await delay(1_500); // The probe reads what is left.
  const { read, lost } = probe.events();
  return { probeMs: probe.cpuMs() - before.cpuMs, loadMs, read: read - before.read, lost: lost - before.lost };
}

/** This is judged: it can be told from noise. */
function shareOf(name: string, turns: readonly Turn[]): readonly Finding[] {
  const of = (key: keyof Turn): readonly number[] => turns.map((turn) => turn[key]);
  const share = median(turns.map(({ probeMs, loadMs }) => probeMs / loadMs));
  const found = finding(name, 'ms CPU', { 'the probe': of('probeMs'), 'the load': of('loadMs') });
  return [
    reaching(found, `under 1 % of the load (${(share * 100).toFixed(2)} %)`, share < 0.01),
    finding('… events of the kernel meanwhile', 'events', { read: of('read'), lost: of('lost') }),
  ];
}

/**
 * What the events cost whom they happen to, in pairs A B, B A and so on, so that who comes first is no better off; the first pair
 * is not counted. To be read with the quartiles: a load's own time varies more than this.
 */
function measureLoad(events: ProbeEvents, name: string, command: string): readonly Finding[] {
  const [withEvents, without]: [number[], number[]] = [[], []];
  const turn = (isOn: boolean): void => {
    events.switch(isOn);
    (isOn ? withEvents : without).push(cpuMsOf(command));
  };
  for (let pair = 0; pair <= pairs; pair++) {
    turn(pair % 2 === 0);
    turn(pair % 2 === 1);
  }
  events.switch(false);
  const more = withEvents.map((ms, pair) => (ms / (without[pair] ?? Number.NaN) - 1) * 100).slice(1);
  return [
    finding(name, 'ms CPU', { 'with the events': withEvents.slice(1), without: without.slice(1) }),
    finding('… more with them', '%', {
      'of a pair': more,
      'lower quartile': quantile(more, 0.25),
      'upper quartile': quantile(more, 0.75),
    }),
  ];
}
