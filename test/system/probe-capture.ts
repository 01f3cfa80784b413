// Records the bed's scenarios with the tracefs probe on the host, and says what `analyze` makes of its records:
//   probe-capture [--suite SUITE]... [--again] [SCENARIO]...     (default: every suite, every scenario)
// into ${SSE_CACHE:-/var/cache/systemd-stop-exporter}/captures/<suite>/<scenario>/:
//   stap-tracefs.log         the probe's records
//   stap-tracefs.truth.json  what was done and by whom
// With --again nothing is done: the verdicts on the last captures, by the code as it is now.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { analyze } from '../../src/cli/analyze.ts';
import { shippedSettleMs } from '../../src/config/serve-flags.ts';
import { createLogger } from '../../src/logger.ts';
import type { IncidentDocument } from '../../src/model/incident-document.ts';
import { runProbe } from '../../src/probe/probe.ts';
import { mountTracefs } from './host-tracefs.ts';
import { bootMachine, type Machine, type Suite, suites } from './machine.ts';
import type { StopScenario } from './scenarios/scenario.ts';
import { scenariosOf } from './scenarios/stop-scenarios.ts';
import { type Judgement, judge } from './score/judge.ts';
import { type Performance, perform } from './score/perform.ts';
import { incidentsDuring } from './score/witnesses.ts';

const checkout = new URL('../..', import.meta.url).pathname;
const captures = `${process.env['SSE_CACHE'] ?? '/var/cache/systemd-stop-exporter'}/captures`;
const log = createLogger({ level: 'warn', format: 'logfmt' });

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { suite: { type: 'string', multiple: true }, again: { type: 'boolean', default: false } },
});
mountTracefs();
for (const suite of suites.filter((name) => values.suite?.includes(name) ?? true)) await captureSuite(suite);

async function captureSuite(suite: Suite): Promise<void> {
  const wanted = scenariosOf(suite).filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  let machine: Machine | undefined;
  const wrong: string[] = [];
  try {
    for (const scenario of wanted) {
      const done = values.again ? undefined : await attempt(suite, machine, scenario);
      machine = done?.machine;
      const shortfalls =
        done?.problem === undefined ? shortfallsOf(await judgeCapture(suite, scenario).catch(String)) : [done.problem];
      console.log([`${shortfalls.length === 0 ? 'ok  ' : 'FAIL'} ${suite} ${scenario.name}`, ...shortfalls].join('\n       '));
      if (shortfalls.length > 0) wrong.push(scenario.name);
    }
  } finally {
    await machine?.stop();
  }
  console.log(`${suite}: ${wanted.length - wrong.length} of ${wanted.length} right; wrong: ${wrong.join(' ') || 'none'}`);
}

interface Attempt {
  readonly machine: Machine | undefined;
  readonly problem?: string;
}

/** A machine in which a scenario could not be carried out is not used again. */
async function attempt(suite: Suite, running: Machine | undefined, scenario: StopScenario): Promise<Attempt> {
  const machine = running ?? (await bootMachine({ suite, checkout }));
  try {
    return { machine: await capture(machine, scenario) };
  } catch (error) {
    await machine.stop();
    return { machine: undefined, problem: String(error) };
  }
}

/** The machine, unless the scenario was its last. */
async function capture(machine: Machine, scenario: StopScenario): Promise<Machine | undefined> {
  const directory = `${captures}/${machine.suite}/${scenario.name}`;
  await mkdir(directory, { recursive: true });
  await rm(`${directory}/stap-tracefs.log`, { force: true });
  const life = new AbortController();
  const attached = Promise.withResolvers<void>();
  const probing = runProbe({
    output: { kind: 'file', path: `${directory}/stap-tracefs.log` },
    instance: `capture-${machine.suite}`,
    rootPid: machine.hostPid,
    signal: life.signal,
    log,
    onStatus: () => attached.resolve(),
  });
  await Promise.race([attached.promise, probing]);
  const { actors, fromUsec, toUsec } = await perform(machine, scenario).finally(() => life.abort());
  await probing;
  await writeFile(
    `${directory}/stap-tracefs.truth.json`,
    `${JSON.stringify({ name: scenario.name, suite: machine.suite, act: scenario.act, expect: scenario.expect, actors, fromUsec, toUsec }, undefined, 2)}\n`,
  );
  if (scenario.last !== true) return machine;
  await machine.stop();
  return undefined;
}

type Truth = Pick<Performance, 'actors' | 'fromUsec' | 'toUsec'>;

async function judgeCapture(suite: Suite, scenario: StopScenario): Promise<Judgement> {
  const directory = `${captures}/${suite}/${scenario.name}`;
  // Our own file.
  const truth = JSON.parse(await readFile(`${directory}/stap-tracefs.truth.json`, 'utf8')) as Truth;
  const incidents = await verdictsOn(directory);
  return judge({ scenario, suite, actors: truth.actors }, incidentsDuring(truth, incidents));
}

async function verdictsOn(directory: string): Promise<readonly IncidentDocument[]> {
  let out = '';
  const files = {
    stap: [`${directory}/stap-tracefs.log`],
    busctlMonitor: [],
    dbusMonitor: [],
    busctlList: [],
    systemctlShow: [],
    pstree: [],
    journal: [],
  };
  await analyze(
    { files, format: 'json', settleMs: shippedSettleMs, onIncident: () => undefined },
    {
      out: (text) => (out += text),
      err: (text) => void (text.startsWith('No stop') || process.stderr.write(text)),
    },
  );
  // Of the schema that is tested elsewhere.
  return (JSON.parse(out) as readonly IncidentDocument[]).filter(({ unit }) => unit.endsWith('.service'));
}

function shortfallsOf(judgement: Judgement | string): readonly string[] {
  if (typeof judgement === 'string') return [judgement];
  const { senders, remarks } = judgement;
  return [...remarks, ...(senders.unknown > 0 ? [`${senders.unknown} senders unknown`] : [])];
}
