import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runProbe } from '../../src/probe/probe.ts';
import type { ProbeStatus } from '../../src/probe/probe-status.ts';
import { systemdBuilds } from '../../src/probe/struct-offsets.ts';
import { mountTracefs } from './host-tracefs.ts';
import { installBusPolicy, type LiveExporter, startExporter } from './live-exporter.ts';
import { bootMachine, type Machine } from './machine.ts';
import { byOperator, mainPid, type StopScenario, start } from './scenarios/scenario.ts';
import { judge } from './score/judge.ts';
import { perform } from './score/perform.ts';
import { incidentsDuring } from './score/witnesses.ts';

/** What is said of root's callers on a host whose build of systemd nobody has looked at: they are seen to begin and to connect. */
const checkout = new URL('../..', import.meta.url).pathname;
const directory = '/run/probe-of-host';
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let machine: Machine;
let exporter: LiveExporter;
let endProbe: (() => Promise<void>) | undefined;

beforeAll(async () => {
  mountTracefs();
  machine = await bootMachine({ suite: 'bookworm', checkout });
  await installBusPolicy(machine);
  await machine.exec(`mkdir ${directory}; install --mode=640 --group=messagebus /dev/null ${directory}/tracefs.log`);
  exporter = await startExporter(machine, { flags: [`--source.stap.log=${directory}/tracefs.log`] });
});

afterEach(async () => {
  await endProbe?.();
  endProbe = undefined;
});

afterAll(async () => {
  await machine?.stop();
});

type Change = (build: (typeof systemdBuilds)[number]) => object;

/** On the host, with another table than the one that is right; put back once the probe has looked at it. */
async function startWith(change: Change): Promise<ProbeStatus> {
  const rows = systemdBuilds.map((build) => [build, { ...build }] as const);
  for (const [build] of rows) Object.assign(build, change(build));
  const life = new AbortController();
  const attached = Promise.withResolvers<ProbeStatus>();
  const running = runProbe({
    output: { kind: 'file', path: `${machine.rootDirectory}${directory}/tracefs.log` },
    instance: `unknown-build-${process.pid}`,
    rootPid: machine.hostPid,
    signal: life.signal,
    log: silent,
    onStatus: attached.resolve,
  });
  try {
    const status = await Promise.race([attached.promise, running.then(() => Promise.reject(new Error('The probe has ended')))]);
    endProbe = () => {
      life.abort();
      return running;
    };
    return status;
  } finally {
    for (const [build, row] of rows) Object.assign(build, row);
  }
}

/** `stopper` is systemctl under another name: of whom neither his name nor his command line tells what he wants. */
const stopper = 'install /bin/systemctl /usr/local/bin/stopper';

const scenarios: readonly StopScenario[] = [
  {
    name: 'stop',
    units: ['sleepy.service'],
    prepare: start('sleepy.service'),
    act: 'witness systemctl stop sleepy.service',
    expect: [byOperator('sleepy.service')],
  },
  {
    name: 'restart',
    units: ['sleepy.service'],
    prepare: start('sleepy.service'),
    act: 'witness systemctl restart sleepy.service',
    expect: [byOperator('sleepy.service')],
  },
  {
    name: 'stop by one who only connects',
    units: ['sleepy.service'],
    prepare: `${stopper}; ${start('sleepy.service')}`,
    act: 'witness stopper stop sleepy.service',
    expect: [{ unit: 'sleepy.service', cause: 'requested', sender: 'stopper' }],
  },
  {
    name: 'kill of the main process',
    units: ['sleepy.service'],
    // What was asked in vain less than half a second before the log says "Started" is taken for a request of the new life.
    prepare: `sleep 1; ${start('sleepy.service')}`,
    act: `witness kill -KILL ${mainPid('sleepy.service')}`,
    expect: [{ unit: 'sleepy.service', cause: 'signal', sender: 'kill' }],
  },
];

async function shortfallsOf(scenario: StopScenario): Promise<readonly string[]> {
  const performed = await perform(machine, { ...scenario, settleMs: 4_000 });
  const found = incidentsDuring(performed, await exporter.incidents());
  const { stops, missed, doubled, causesRight, senders, ancestries, remarks } = judge(
    { scenario, suite: machine.suite, actors: performed.actors },
    found,
  );
  const isRight = missed + doubled === 0 && causesRight === stops && senders.right === stops && ancestries.right === stops;
  return isRight ? [] : [...remarks, ...found.map(({ summary, rule }) => `${summary} (${rule})`)];
}

const nobody: Partial<ProbeStatus['sees']> = { callers: false, connections: true, commands: true, signals: true };

describe.each<readonly [string, Change, object]>([
  ['is not in the table at all', () => ({ version: 0, buildIds: [] }), { ...nobody, transitions: false }],
  [
    'is laid out otherwise than the table says',
    ({ offsets }) => ({ offsets: { ...offsets, unitId: offsets.unitId + 16 } }),
    { ...nobody, transitions: false },
  ],
  [
    'keeps its callers elsewhere',
    ({ offsets }) => ({ offsets: { ...offsets, peerPid: offsets.peerPid + 16 } }),
    { ...nobody, transitions: true, requests: true },
  ],
])('a systemd that %s', (_, change, sees) => {
  test.each(scenarios)('is seen to be asked: $name', async (scenario) => {
    const status = await startWith(change);
    expect(status.sees).toMatchObject(sees);
    expect(await shortfallsOf(scenario)).toEqual([]);
  });
});
