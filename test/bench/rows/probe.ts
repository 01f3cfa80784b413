// What the tracefs probe costs: node test/bench/probe-cost-bench.ts [--stops 250] [--rounds 4]     (root; boots a bed machine)
// In turns without and with the probe: the processor time of PID 1, of the probe and of the host for so many stops. Then
// how many events a second the probe reads before the kernel's buffer overruns.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cleanUpProbe, probeDefaults } from '../../src/probe/probe.ts';
import { mountTracefs } from '../system/host-tracefs.ts';
import { bootMachine, type Machine } from '../system/machine.ts';

const { values } = parseArgs({
  options: { stops: { type: 'string', default: '250' }, rounds: { type: 'string', default: '4' } },
});
const [stops, rounds] = [Number(values.stops), Number(values.rounds)];
const instance = `bench-${process.pid}`;
const output = `/tmp/${instance}.log`;
const main = new URL('../../src/main.ts', import.meta.url).pathname;
/** USER_HZ of x86-64. */
const ticksPerSecond = 100;

/** Forks a second, in steps; each is a birth and an end. */
const rates = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000];
const stepSeconds = 4;

mountTracefs();
let running: ChildProcess | undefined;
const machine = await bootMachine({ suite: 'bookworm' });
try {
  await measureStops(machine);
  await measureEvents(machine);
} finally {
  if (running !== undefined) await endProbe(running);
  await machine.stop();
  cleanUpProbe({ instance });
  rmSync(output, { force: true });
}

interface Cost {
  readonly pidOne: number;
  readonly probe: number;
  readonly host: number;
  readonly seconds: number;
}

async function measureStops(on: Machine): Promise<void> {
  const turns: Record<'without' | 'with', Cost[]> = { without: [], with: [] };
  for (let round = 0; round < rounds; round++) {
    turns.without.push(await costOfStops(on, undefined));
    const probe = await startProbe(on);
    turns.with.push(await costOfStops(on, probe));
    await endProbe(probe);
  }
  console.log(`processor milliseconds per stop (start and stop of a unit by systemctl), median of ${rounds} turns of ${stops}:`);
  for (const [name, costs] of Object.entries(turns)) {
    const perStop = (pick: (cost: Cost) => number): string => ((median(costs.map(pick)) / stops) * 1000).toFixed(2);
    console.log(
      `  ${name.padEnd(8)} PID 1 ${perStop((cost) => cost.pidOne)}  probe ${perStop((cost) => cost.probe)}  host ${perStop((cost) => cost.host)}  wall ${perStop((cost) => cost.seconds)}`,
    );
  }
}

async function costOfStops(on: Machine, probe: ChildProcess | undefined): Promise<Cost> {
  const before = look(on, probe);
  const loop = `for i in $(seq ${stops}); do systemctl start sleepy.service; systemctl stop sleepy.service; done`;
  await on.exec(loop, { timeoutMs: 600_000 });
  const after = look(on, probe);
  return {
    pidOne: after.pidOne - before.pidOne,
    probe: after.probe - before.probe,
    host: after.host - before.host,
    seconds: after.seconds - before.seconds,
  };
}

function look(on: Machine, probe: ChildProcess | undefined): Cost {
  return {
    pidOne: secondsOf(on.hostPid),
    probe: probe?.pid === undefined ? 0 : secondsOf(probe.pid),
    host: busySeconds(),
    seconds: performance.now() / 1000,
  };
}

function secondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Of all processors: without idle and waiting. */
function busySeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = (
    /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? ''
  )
    .split(' ')
    .map(Number);
  return (user + nice + system + irq + softIrq) / ticksPerSecond;
}

async function startProbe(on: Machine): Promise<ChildProcess> {
  const flags = ['--output', output, '--instance', instance, '--pid', String(on.hostPid)];
  const child = spawn(process.execPath, [main, 'probe', ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
  running = child;
  for await (const chunk of child.stderr) if (String(chunk).includes('msg=Attached')) return child;
  throw new Error('The probe has ended');
}

async function endProbe(probe: ChildProcess): Promise<void> {
  const ended = once(probe, 'exit');
  probe.kill('SIGTERM');
  await ended;
  running = undefined;
}

async function measureEvents(on: Machine): Promise<void> {
  const probe = await startProbe(on);
  console.log('events a second, read by the probe and lost:');
  for (const rate of rates) {
    const before = kernelCounts();
    const startedAt = performance.now();
    await once(spawn('perl', forking(rate), { stdio: 'ignore' }), 'exit');
    await delay(500);
    const after = kernelCounts();
    const seconds = (performance.now() - startedAt) / 1000;
    console.log(`  ${Math.round((after.read - before.read) / seconds)} read, ${after.lost - before.lost} lost`);
    if (after.lost > before.lost) break;
  }
  await endProbe(probe);
}

/** Arguments of perl. In bursts of a hundredth of a second. */
function forking(rate: number): readonly string[] {
  const burst = Math.max(1, Math.round(rate / 100));
  const steps =
    `my $end=time()+${stepSeconds}; my $next=time(); while (time()<$end) { ` +
    `for (1..${burst}) { my $child=fork; exit unless $child; waitpid $child,0 } ` +
    `$next+=${burst / rate}; my $rest=$next-time(); sleep $rest if $rest>0 }`;
  return ['-MTime::HiRes=time,sleep', '-e', steps];
}

function kernelCounts(): { readonly read: number; readonly lost: number } {
  const directory = `${probeDefaults.tracefs}/instances/${instance}/per_cpu`;
  const stats = readdirSync(directory).map((processor) => readFileSync(`${directory}/${processor}/stats`, 'utf8'));
  const sum = (key: string): number =>
    stats.reduce((total, text) => total + Number(new RegExp(`^${key}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0), 0);
  return { read: sum('read events'), lost: sum('overrun') + sum('dropped events') };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
