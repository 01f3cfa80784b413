import { readFile, truncate } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Machine } from '../machine.ts';
import type { StopScenario } from '../scenarios/scenario.ts';

/** Who acted, as `witness` wrote it down. */
export interface Actor {
  readonly pid: number;
  readonly name: string;
  readonly unit: string;
  /** His parents, outermost first, without himself. */
  readonly ancestry: readonly { readonly pid: number; readonly name: string }[];
}

/** A scenario that was carried out: what was done lies between two moments. */
export interface Performance {
  readonly scenario: StopScenario;
  readonly fromUsec: number;
  readonly toUsec: number;
  readonly actors: readonly Actor[];
}

const path = 'PATH=/opt/stop-bed:$PATH; ';

/** Prepares, acts, waits for what may still come, and cleans up. Throws where nobody acted though somebody should have. */
export async function perform(machine: Machine, scenario: StopScenario): Promise<Performance> {
  const truthFile = `${machine.rootDirectory}/run/stop-bed/truth`;
  await truncate(truthFile);
  // The first session of a user starts his manager, the next ones need not: not part of what is judged.
  if (scenario.operator === 'session') await machine.operate('true', { operator: 'session' });
  if (scenario.prepare !== undefined) await machine.exec(path + scenario.prepare);
  await delay(300);
  const fromUsec = Date.now() * 1000;
  const { operator = 'operator', user } = scenario;
  const acted = machine.operate(path + scenario.act, { operator, allowFailure: true, ...(user === undefined ? {} : { user }) });
  // A machine that shuts down takes its operator with it, and the truth too.
  const truth = await (scenario.last === true
    ? readEarly(truthFile, acted.catch(String))
    : acted.then(() => readTruth(truthFile)));
  await Promise.race([delay(scenario.settleMs ?? 700, undefined, { ref: false }), machine.ended]);
  const toUsec = Date.now() * 1000;
  const actors = truth.split('\n').filter(Boolean).map(parseActor);
  if (scenario.last !== true) await cleanUp(machine, scenario);
  if (actors.length === 0 && scenario.act.includes('witness') && scenario.last !== true)
    throw new Error(`Nobody was seen to act in ${scenario.name}`);
  return { scenario, fromUsec, toUsec, actors };
}

function readTruth(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

/** As soon as there is something; empty where nobody has acted until it is over. */
async function readEarly(file: string, over: Promise<unknown>): Promise<string> {
  let isOver = false;
  void over.then(() => {
    isOver = true;
  });
  for (;;) {
    const truth = await readTruth(file);
    if (truth !== '' || isOver) return truth;
    await delay(10);
  }
}

async function cleanUp(machine: Machine, { cleanup = ':', units }: StopScenario): Promise<void> {
  await machine.exec(`${cleanup}; systemctl stop ${units.join(' ')}; systemctl reset-failed`, { allowFailure: true });
}

export function parseActor(line: string): Actor {
  // Our own script wrote it.
  return JSON.parse(line) as Actor;
}
