// Records the bed's scenarios with the tracefs probe on the host, and says what `analyze` makes of its records alone:
//   probe-capture [--suite SUITE]... [--bus] [SCENARIO]...     (default: every suite, every scenario)
// into ${SSE_CACHE:-/var/cache/systemd-stop-exporter}/captures/<suite>/<scenario>/:
//   stap-tracefs.log         the probe's records
//   stap-tracefs.truth.json  what was done, by whom, what is expected, and the verdicts
// With --bus also what busctl monitor saw meanwhile (tracefs.busctl-monitor.jsonl), and verdicts on both together.
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { analyze } from '../../src/cli/analyze.ts';
import { createLogger } from '../../src/logger.ts';
import type { ClassifiedIncident } from '../../src/model/incident.ts';
import { runProbe } from '../../src/probe/probe.ts';
import { bootMachine, type Machine, type Suite, suites } from './machine.ts';
import type { ExpectedStop, StopScenario } from './scenarios/scenario.ts';
import { stopScenarios } from './scenarios/stop-scenarios.ts';

const checkout = new URL('../..', import.meta.url).pathname;
const captures = `${process.env['SSE_CACHE'] ?? '/var/cache/systemd-stop-exporter'}/captures`;
const tracefs = process.env['SSE_TRACEFS'] ?? '/sys/kernel/tracing';
const path = 'PATH=/opt/stop-bed:$PATH; ';
const log = createLogger({ level: 'warn', format: 'logfmt' });

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    suite: { type: 'string', multiple: true },
    bus: { type: 'boolean', default: false },
    dependencies: { type: 'boolean', default: false },
  },
});
for (const suite of suites.filter((name) => values.suite?.includes(name) ?? true)) await captureSuite(suite);

async function captureSuite(suite: Suite): Promise<void> {
  const wanted = stopScenarios.filter(
    ({ name, suites: only }) => (positionals.length === 0 || positionals.includes(name)) && (only?.includes(suite) ?? true),
  );
  let machine: Machine | undefined;
  const wrong: string[] = [];
  try {
    for (const scenario of wanted) {
      machine ??= await bootMachine({ suite, checkout });
      const problems = await capture(machine, scenario).catch((error: unknown) => [String(error)]);
      console.log(
        `${problems.length === 0 ? 'ok  ' : 'FAIL'} ${suite} ${scenario.name}${problems.map((one) => `\n       ${one}`).join('')}`,
      );
      if (problems.length > 0) wrong.push(scenario.name);
      if (scenario.last === true) {
        await machine.stop();
        machine = undefined;
      }
    }
  } finally {
    await machine?.stop();
  }
  console.log(`${suite}: ${wanted.length - wrong.length} of ${wanted.length} right; wrong: ${wrong.join(' ') || 'none'}`);
}

async function capture(machine: Machine, scenario: StopScenario): Promise<readonly string[]> {
  const directory = `${captures}/${machine.suite}/${scenario.name}`;
  await mkdir(directory, { recursive: true });
  const records = `${directory}/stap-tracefs.log`;
  await rm(records, { force: true });
  const truthFile = `${machine.rootDirectory}/run/stop-bed/truth`;
  await truncate(truthFile);
  if (scenario.operator === 'session') await machine.operate('true', { operator: 'session' });
  if (scenario.prepare !== undefined) await machine.exec(path + scenario.prepare);
  await delay(300);
  const bus = values.bus ? machine.spawn('busctl --system monitor --json=short') : undefined;
  const busFile = `${directory}/tracefs.busctl-monitor.jsonl`;
  bus?.stdout.pipe(createWriteStream(busFile));
  const life = new AbortController();
  const attached = Promise.withResolvers<void>();
  const probing = runProbe({
    output: { kind: 'file', path: records },
    tracefs,
    rootPid: machine.hostPid,
    signal: life.signal,
    dependencies: values.dependencies,
    log,
    onStatus: () => attached.resolve(),
  });
  await Promise.race([attached.promise, probing]);
  const { operator = 'operator', user } = scenario;
  const acted = machine.operate(path + scenario.act, { operator, allowFailure: true, ...(user === undefined ? {} : { user }) });
  const outcome = scenario.last === true ? await acted.catch(String) : await acted;
  await Promise.race([delay(scenario.settleMs ?? 700, undefined, { ref: false }), machine.ended]);
  life.abort();
  await probing;
  await bus?.stop();
  const truth = scenario.last === true ? '' : await readFile(truthFile, 'utf8');
  const actors: readonly Actor[] = truth
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Actor);
  const verdicts = await verdictsOn([records], bus === undefined ? [] : [busFile]);
  const expected = scenario.expect.filter(({ suites: only }) => only?.includes(machine.suite) ?? true);
  const problems = compare(expected, verdicts, actors);
  const summary = verdicts.map(
    ({ incident, verdict }) => `${incident.unit}: ${verdict.cause} (${verdict.attribution}, ${verdict.rule}) ${verdict.summary}`,
  );
  await writeFile(
    `${directory}/stap-tracefs.truth.json`,
    `${JSON.stringify({ name: scenario.name, suite: machine.suite, act: scenario.act, expect: scenario.expect, actors, outcome, summary, problems }, undefined, 2)}\n`,
  );
  if (scenario.last !== true)
    await machine.exec(`${scenario.cleanup ?? ':'}; systemctl stop ${scenario.units.join(' ')}; systemctl reset-failed`, {
      allowFailure: true,
    });
  return problems;
}

interface Actor {
  readonly pid: number;
  readonly name: string;
  readonly ancestry: readonly { readonly pid: number; readonly name: string }[];
}

async function verdictsOn(stap: readonly string[], busctlMonitor: readonly string[]): Promise<readonly ClassifiedIncident[]> {
  const verdicts: ClassifiedIncident[] = [];
  const errors: string[] = [];
  await analyze(
    {
      files: { stap, dbusMonitor: [], busctlMonitor, busctlList: [], pstree: [], journal: [] },
      format: 'json',
      settleMs: 500,
      onIncident: (incident) => void verdicts.push(incident),
    },
    { out: () => undefined, err: (text) => void errors.push(text) },
  );
  for (const text of errors) if (!text.startsWith('No stop')) console.log(`       ${text.trim()}`);
  return verdicts.filter(({ incident }) => incident.unit.endsWith('.service'));
}

function compare(
  expected: readonly ExpectedStop[],
  seen: readonly ClassifiedIncident[],
  actors: readonly Actor[],
): readonly string[] {
  const problems: string[] = [];
  const rest = [...seen];
  for (const stop of expected) {
    for (let index = 0; index < (stop.count ?? 1); index++) {
      const found = rest.findIndex(({ incident }) => incident.unit === stop.unit);
      const one = found === -1 ? undefined : rest.splice(found, 1)[0];
      if (one === undefined) problems.push(`${stop.unit}: no stop seen, expected ${stop.cause}`);
      else problems.push(...differences(stop, one, actors));
    }
  }
  const relevant = rest.filter(({ incident }) => expected.some(({ unit }) => unit === incident.unit) || expected.length === 0);
  return [
    ...problems,
    ...relevant.map(({ incident, verdict }) => `${incident.unit}: stopped once too often: ${verdict.summary}`),
  ];
}

function differences(stop: ExpectedStop, { verdict }: ClassifiedIncident, actors: readonly Actor[]): readonly string[] {
  const problems: string[] = [];
  const say = (what: string, is: unknown, expected: unknown) =>
    problems.push(
      `${stop.unit}: ${what} is ${is}, expected ${expected} (rule ${verdict.rule}, sender rule ${verdict.senderRule})`,
    );
  if (verdict.cause !== stop.cause) say('cause', verdict.cause, stop.cause);
  // PID 1 that acts by itself is nobody else.
  const isSystemd = stop.sender === undefined && verdict.sender?.name === 'systemd';
  if (verdict.sender?.name !== stop.sender && !isSystemd) say('sender', verdict.sender?.name, stop.sender);
  if (stop.triggeredBy !== verdict.triggeredBy?.unit) say('trigger', verdict.triggeredBy?.unit, stop.triggeredBy);
  const actor = actors.find(({ pid }) => pid === verdict.sender?.pid);
  if (
    stop.sender !== undefined &&
    stop.sender !== 'systemd' &&
    verdict.sender !== undefined &&
    actor === undefined &&
    actors.length > 0
  )
    say('sender pid', verdict.sender.pid, actors.map(({ pid }) => pid).join(' or '));
  if (actor !== undefined) {
    const names = (ancestry: readonly { readonly name: string; readonly pid?: number }[]) =>
      ancestry.map(({ name, pid }) => `${name}[${pid}]`).join(' > ');
    const expectedNames = names([...actor.ancestry, actor]);
    if (names(verdict.ancestry) !== expectedNames) say('ancestry', names(verdict.ancestry), expectedNames);
  }
  return problems;
}
