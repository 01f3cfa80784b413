// Records the bed's scenarios as raw evidence:
//   capture [--suite SUITE]... [SCENARIO]...     (default: every suite, every scenario)
// into ${SSE_CACHE:-/var/cache/systemd-stop-exporter}/captures/<suite>/<scenario>/:
//   truth.json           what was done, by whom (pid, unit, ancestry), what is expected
//   busctl-monitor.jsonl busctl monitor --json=short (systemd 247: times added from dbus-monitor)
//   dbus-monitor.txt     dbus-monitor --system
//   journal.jsonl        journalctl -o json, from just before
//   systemctl-show.txt   what other units each unit concerned depends on, before
//   units.txt            every service and scope before and after, as systemctl list-units shows it
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { bootMachine, type Machine, type MachineProcess, type Suite, suites } from './machine.ts';
import { addMissingTimes } from './monitor-times.ts';
import type { StopScenario } from './scenarios/scenario.ts';
import { stopScenarios } from './scenarios/stop-scenarios.ts';

const checkout = new URL('../..', import.meta.url).pathname;
const captures = `${process.env['SSE_CACHE'] ?? '/var/cache/systemd-stop-exporter'}/captures`;
const showServices = "systemctl show --property=Id,MainPID,ControlGroup,InvocationID,SubState '*.service' '*.scope'";
const showRelations =
  'systemctl show --property=Id,Type,BindsTo,PartOf,Requires,Requisite,StopPropagatedFrom,Conflicts,ConflictedBy,' +
  'StopWhenUnneeded,RequiredBy,RequisiteOf,WantedBy,BoundBy,UpheldBy';
const listUnits = 'systemctl list-units --all --full --plain --no-legend --no-pager --type=service,scope,target';
const captured = [
  'truth.json',
  'truth.jsonl',
  'busctl-monitor.jsonl',
  'dbus-monitor.txt',
  'journal.jsonl',
  'systemctl-show.txt',
  'units.txt',
];
const path = 'PATH=/opt/stop-bed:$PATH; ';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { suite: { type: 'string', multiple: true } } });
for (const suite of suites.filter((name) => values.suite?.includes(name) ?? true)) await captureSuite(suite);

async function captureSuite(suite: Suite): Promise<void> {
  const wanted = stopScenarios.filter(
    ({ name, suites: only }) => (positionals.length === 0 || positionals.includes(name)) && (only?.includes(suite) ?? true),
  );
  let machine: Machine | undefined;
  try {
    for (const scenario of wanted) {
      if (scenario.last === true) {
        await machine?.stop();
        await mkdir(journalFiles(suite), { recursive: true });
        machine = await bootMachine({ suite, checkout, binds: [`${journalFiles(suite)}:/run/log/journal`] });
      }
      machine ??= await bootMachine({ suite, checkout });
      const startedAt = performance.now();
      const problem = await capture(machine, scenario).catch((error: unknown) => String(error));
      console.log(`${suite} ${scenario.name} ${Math.round(performance.now() - startedAt)} ms ${problem ?? ''}`);
      if (scenario.last === true || problem !== undefined) {
        await machine.stop();
        machine = undefined;
        if (scenario.last === true) await saveJournalFiles(suite, scenario.name);
      }
    }
  } finally {
    await machine?.stop();
  }
}

/** Where a machine that shuts down leaves its journal; no reader inside lives long enough to see the end of it. */
function journalFiles(suite: Suite): string {
  return `${captures}/${suite}/journal-files`;
}

async function saveJournalFiles(suite: Suite, scenario: string): Promise<void> {
  const line = ['--directory', journalFiles(suite), '--output', 'json'];
  const { stdout } = await promisify(execFile)('journalctl', line, { maxBuffer: 2 ** 28 });
  await writeFile(`${captures}/${suite}/${scenario}/journal.jsonl`, stdout);
  await rm(journalFiles(suite), { recursive: true });
}

async function capture(machine: Machine, scenario: StopScenario): Promise<string | undefined> {
  const directory = `${captures}/${machine.suite}/${scenario.name}`;
  // Not the probe's: probe-capture puts its own beside them.
  for (const name of captured) await rm(`${directory}/${name}`, { force: true });
  await mkdir(directory, { recursive: true });
  const truthFile = `${machine.rootDirectory}/run/stop-bed/truth`;
  await truncate(truthFile);
  // The first session of a user starts his manager, the next ones need not: not part of what is recorded.
  if (scenario.operator === 'session') await machine.operate('true', { operator: 'session' });
  if (scenario.prepare !== undefined) await machine.exec(path + scenario.prepare);
  await delay(300);
  const before = await describeUnits(machine);
  const unitsBefore = await machine.exec(listUnits);
  const shown = await machine.exec(
    `${showRelations} ${scenario.units.join(' ')} ${scenario.expect.map(({ unit }) => unit).join(' ')}`,
  );
  await writeFile(`${directory}/systemctl-show.txt`, shown.stdout);
  const recorders = await startRecorders(machine, directory);
  const startedAt = Date.now();
  const { operator = 'operator', user } = scenario;
  const acted = machine.operate(path + scenario.act, { operator, allowFailure: true, ...(user === undefined ? {} : { user }) });
  const outcome = scenario.last === true ? await acted.catch(String) : await acted;
  const actedAt = Date.now();
  await Promise.race([delay(scenario.settleMs ?? 700, undefined, { ref: false }), machine.ended]);
  const over = scenario.last === true;
  const unitsAfter = over ? { stdout: '' } : await machine.exec(listUnits);
  for (const recorder of recorders) await recorder.stop();
  await completeTimes(directory);
  const truth = await readFile(`${directory}/truth.jsonl`, 'utf8');
  await rm(`${directory}/truth.jsonl`);
  await writeFile(`${directory}/units.txt`, `# before\n${unitsBefore.stdout}# after\n${unitsAfter.stdout}`);
  const { systemd, running } = before;
  const actors = truth.split('\n').filter(Boolean).map(parseActor);
  const { name, note, prepare, act } = scenario;
  const expect = scenario.expect.filter(({ suites: only }) => only?.includes(machine.suite) ?? true);
  const record = {
    name,
    note,
    suite: machine.suite,
    systemd,
    operator,
    prepare,
    act,
    expect,
    actors,
    running,
    startedAt,
    actedAt,
    outcome,
  };
  await writeFile(`${directory}/truth.json`, `${JSON.stringify(record, undefined, 2)}\n`);
  if (over) return undefined;
  await machine.exec(`${scenario.cleanup ?? ':'}; systemctl stop ${scenario.units.join(' ')}; systemctl reset-failed`, {
    allowFailure: true,
  });
  return actors.length === 0 && act.includes('witness') ? 'nobody was seen to act' : undefined;
}

type UnitProperties = Readonly<Record<string, string>>;

async function describeUnits(machine: Machine): Promise<{ systemd: string; running: readonly UnitProperties[] }> {
  const { stdout: version } = await machine.exec('systemctl --version | head -n1');
  const { stdout } = await machine.exec(showServices);
  const units = stdout
    .trim()
    .split('\n\n')
    .map((block) => block.split('\n').map((line) => splitOnce(line)));
  return { systemd: version.trim(), running: units.map((properties) => Object.fromEntries(properties)) };
}

function splitOnce(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}

function parseActor(line: string): unknown {
  return JSON.parse(line);
}

async function startRecorders(machine: Machine, directory: string): Promise<readonly MachineProcess[]> {
  const { stdout: cursor } = await machine.exec("journalctl -n0 --show-cursor -q | sed -n 's/^-- cursor: //p'");
  const bus = machine.spawn('busctl --system monitor --json=short');
  const busReady = writtenTo(bus, `${directory}/busctl-monitor.jsonl`);
  await delay(100);
  // Its connection is the first thing the other monitor sees.
  const text = machine.spawn('dbus-monitor --system');
  const textReady = writtenTo(text, `${directory}/dbus-monitor.txt`);
  const journal = machine.spawn(`journalctl --follow --no-tail -o json --after-cursor='${cursor.trim()}'`);
  void writtenTo(journal, `${directory}/journal.jsonl`);
  // Read as it grows: after a shutdown there is no file left.
  const truth = machine.spawn('tail --lines=+1 --follow /run/stop-bed/truth');
  void writtenTo(truth, `${directory}/truth.jsonl`);
  await Promise.race([
    Promise.all([busReady, textReady]),
    delay(3000, undefined, { ref: false }).then(() => Promise.reject(new Error('monitors are silent'))),
  ]);
  await delay(100);
  return [bus, text, journal, truth];
}

async function completeTimes(directory: string): Promise<void> {
  const busctl = `${directory}/busctl-monitor.jsonl`;
  const text = `${directory}/dbus-monitor.txt`;
  await writeFile(busctl, addMissingTimes(await readFile(busctl, 'utf8'), await readFile(text, 'utf8')));
}

async function writtenTo(process: MachineProcess, file: string): Promise<void> {
  const stream = createWriteStream(file);
  process.stdout.pipe(stream);
  void finished(stream);
  await new Promise((resolve) => process.stdout.once('data', resolve));
}
