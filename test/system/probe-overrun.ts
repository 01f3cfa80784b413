// How many events a second the probe reads before the kernel's buffer overruns, and that what was lost is told:
//   node test/system/probe-overrun.ts [SECONDS]       (of each step; 5 unless told)
// The probe runs in a machine of the bed as the service that we ship. Perl processes on the host fork children that end at
// once, two events each: more of them, and faster, until something is lost. Where no step loses anything, the probe is
// stopped until something is.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { probeDefaults } from '../../src/probe/probe.ts';
import { namesOf } from '../../src/probe/tracefs/instance.ts';
import { installBusPolicy, type LiveExporter, startExporter } from './live-exporter.ts';
import { probeLog, startProbe } from './live-probe.ts';
import { bootMachine, type Machine } from './machine.ts';

const seconds = Number(process.argv[2] ?? 5);
const steps = [
  { processes: 1, forksPerSecond: 250 },
  { processes: 1, forksPerSecond: 1_000 },
  { processes: 2, forksPerSecond: 1_000 },
  { processes: 2, forksPerSecond: 2_500 },
  { processes: 4, forksPerSecond: 2_500 },
  { processes: 4, forksPerSecond: 1_000_000 },
  { processes: 8, forksPerSecond: 1_000_000 },
] as const;

interface Counts {
  readonly events: number;
  readonly lost: number;
}

const checkout = new URL('../..', import.meta.url).pathname;
const machine = await bootMachine({ suite: 'bookworm', checkout });
const probe = await startProbe(machine);
try {
  await installBusPolicy(machine);
  const exporter = await startExporter(machine, { flags: [`--source.stap.log=${probeLog}`] });
  const { lives } = namesOf(`bed-${machine.suite}-${machine.hostPid}`);
  const buffers = `${probeDefaults.tracefs}/instances/${lives}/per_cpu`;
  if (!(await climb(buffers))) await standStill(machine, buffers);
  await report(machine, exporter, buffers);
} finally {
  await machine.stop();
  probe.cleanUp();
}

/** True once something was lost. */
async function climb(buffers: string): Promise<boolean> {
  for (const step of steps) {
    const before = count(buffers);
    const forkers = Array.from({ length: step.processes }, () => fork(step.forksPerSecond));
    await delay(seconds * 1000);
    const after = count(buffers);
    await Promise.all(forkers.map(end));
    const [events, lost] = [(after.events - before.events) / seconds, after.lost - before.lost];
    console.log(`${step.processes} × ${step.forksPerSecond} forks/s wanted: ${Math.round(events)} events/s, ${lost} lost`);
    if (lost > 0) return true;
  }
  return false;
}

async function standStill({ exec }: Machine, buffers: string): Promise<void> {
  const { stdout } = await exec(`systemctl show --value --property=MainPID ${probe.unit}`);
  await exec(`kill -STOP ${stdout.trim()}`);
  const before = count(buffers);
  const forkers = [fork(1_000_000), fork(1_000_000)];
  const startedAt = performance.now();
  while (count(buffers).lost === before.lost) await delay(10);
  const held = count(buffers).events - before.events;
  await Promise.all(forkers.map(end));
  await exec(`kill -CONT ${stdout.trim()}`);
  console.log(`stopped: ${held} events in ${Math.round(performance.now() - startedAt)} ms before the first was lost`);
}

/** The kernel's count, the record of it, and the metric: all three the same. */
async function report({ exec }: Machine, exporter: LiveExporter, buffers: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const { stdout } = await exec(`grep --only-matching --text 'lost t=.*' ${probeLog}*`, { allowFailure: true });
    const told = [...stdout.matchAll(/events=(?<events>\d+)/g)].reduce((sum, { groups }) => sum + Number(groups?.['events']), 0);
    const metric = await exporter.total('systemd_stop_exporter_evidence_discarded_total');
    const { lost } = count(buffers);
    if ((told === lost && metric > 0) || performance.now() > deadline) {
      console.log(
        `lost: ${lost} by the kernel's count, ${told} by ${stdout.trim().split('\n').length} records, ${metric} discarded records by the metric`,
      );
      return;
    }
    await delay(200);
  }
}

function count(buffers: string): Counts {
  const texts = readdirSync(buffers).map((processor) => readFileSync(`${buffers}/${processor}/stats`, 'utf8'));
  const sum = (name: string): number =>
    texts.reduce((total, text) => total + Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0), 0);
  const lost = sum('overrun') + sum('commit overrun') + sum('dropped events');
  return { events: sum('entries') + sum('read events') + lost, lost };
}

function fork(perSecond: number): ChildProcess {
  const pause = perSecond >= 100_000 ? '' : `select(undef, undef, undef, ${1 / perSecond});`;
  return spawn('perl', ['-e', `while (1) { my $pid = fork; exit 0 unless $pid; waitpid $pid, 0; ${pause} }`]);
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
