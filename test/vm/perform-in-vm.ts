import type { StopScenario } from '../system/scenarios/scenario.ts';
import type { Actor, Performance } from '../system/score/perform.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** Where `witness` and the like are; the operator's path is a service's. */
const path = 'PATH=/opt/stop-bed:$PATH; ';

/** In the machine's own time. */
const settleMs = 1_000;

/** Prepares, acts, waits for what may still come, and cleans up; all times are the machine's. */
export async function performInVm(machine: VirtualMachine, scenario: StopScenario): Promise<Performance> {
  await machine.exec('truncate --size=0 /run/stop-bed/truth');
  if (scenario.prepare !== undefined) await machine.exec(scenario.prepare);
  const fromUsec = await clock(machine);
  await machine.operate(scenario.operator ?? 'operator', path + scenario.act);
  await machine.exec(`sleep ${Math.max(settleMs, scenario.settleMs ?? 0) / 1_000}`);
  const toUsec = await clock(machine);
  const actors = parseActors(await machine.exec('cat /run/stop-bed/truth'));
  await machine.exec(
    `{ ${scenario.cleanup ?? ':'}; systemctl stop ${scenario.units.join(' ')}; systemctl reset-failed; } || true`,
  );
  if (actors.length === 0 && scenario.act.includes('witness')) throw new Error(`Nobody was seen to act in ${scenario.name}`);
  return { scenario, fromUsec, toUsec, actors };
}

/** What ends the machine: the truth is read before it is gone, and what happened after the next boot. */
export async function performEnding(machine: VirtualMachine, scenario: StopScenario): Promise<Performance> {
  if (scenario.prepare !== undefined) await machine.exec(scenario.prepare);
  // The disk outlives what /run does not.
  await machine.exec(
    'rm /run/stop-bed/truth; install -m 666 /dev/null /var/lib/stop-bed-truth; ln -s /var/lib/stop-bed-truth /run/stop-bed/truth',
  );
  const fromUsec = await clock(machine);
  await machine.operate(scenario.operator ?? 'operator', path + scenario.act).catch(() => undefined);
  return { scenario, fromUsec, toUsec: fromUsec, actors: [] };
}

export async function actorsOfEnding(machine: VirtualMachine): Promise<readonly Actor[]> {
  return parseActors(await machine.exec('cat /var/lib/stop-bed-truth'));
}

export async function clock(machine: VirtualMachine): Promise<number> {
  return Number(await machine.exec('date +%s%6N'));
}

function parseActors(truth: string): readonly Actor[] {
  // Our own script wrote it.
  return truth
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Actor);
}
