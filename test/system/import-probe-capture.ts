// Makes recordings for `npm test` of what `probe-capture` captured: import-probe-capture SUITE [SCENARIO]...
// into test/scenarios/debian-<suite>-systemd-<version>-<scenario>-tracefs/. Keeps the records of the time in which the
// scenario was carried out, and refuses a capture whose verdicts are not the truth in everything: cause, sender, ancestry.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { analyze } from '../../src/cli/analyze.ts';
import { recordedFilesIn } from '../../src/cli/recording-directory.ts';
import { shippedSettleMs } from '../../src/config/serve-flags.ts';
import type { IncidentDocument } from '../../src/model/incident-document.ts';
import { type Suite, suites } from './machine.ts';
import type { StopScenario } from './scenarios/scenario.ts';
import { scenariosOf } from './scenarios/stop-scenarios.ts';
import { judge } from './score/judge.ts';
import type { Performance } from './score/perform.ts';
import { incidentsDuring } from './score/witnesses.ts';

const captures = `${process.env['SSE_CACHE'] ?? '/var/cache/systemd-stop-exporter'}/captures`;
const versions: Readonly<Record<Suite, number>> = { bullseye: 247, bookworm: 252, trixie: 257, testing: 262 };
type Truth = Pick<Performance, 'actors' | 'fromUsec' | 'toUsec'>;

const [name, ...wanted] = process.argv.slice(2);
const suite = suites.find((known) => known === name);
if (suite === undefined) throw new Error(`"${name}" is none of ${suites.join(', ')}`);
for (const scenario of scenariosOf(suite)) {
  if (wanted.length > 0 && !wanted.includes(scenario.name)) continue;
  console.log(`${scenario.name}: ${await importCapture(suite, scenario).catch(String)}`);
}

async function importCapture(of: Suite, scenario: StopScenario): Promise<string> {
  const capture = `${captures}/${of}/${scenario.name}`;
  // Our own file.
  const truth = JSON.parse(readFileSync(`${capture}/stap-tracefs.truth.json`, 'utf8')) as Truth;
  const target = `test/scenarios/debian-${of}-systemd-${versions[of]}-${scenario.name}-tracefs`;
  mkdirSync(target, { recursive: true });
  writeFileSync(
    `${target}/stap-tracefs.log`,
    relevantRecords(readFileSync(`${capture}/stap-tracefs.log`, 'utf8'), scenario, truth),
  );
  const documents = await verdictsOn(target);
  const shortfalls = shortfallsOf(of, scenario, truth, documents);
  if (shortfalls.length > 0) {
    rmSync(target, { recursive: true });
    return `not imported: ${shortfalls.join('; ')}`;
  }
  const expected = { what: scenario.act, systemd: `Debian ${of}, systemd ${versions[of]}`, incidents: documents.map(summaryOf) };
  writeFileSync(`${target}/expected.json`, `${JSON.stringify(expected, undefined, 2)}\n`);
  return `${documents.length} stops`;
}

/** The records of the time, about the units of the scenario and about what was asked of any unit. */
function relevantRecords(log: string, { units, expect }: StopScenario, { fromUsec, toUsec }: Truth): string {
  const named = new Set([...units, ...expect.map(({ unit }) => unit)]);
  const [announcement = '', ...records] = log.split(/^(?=begin )/m);
  const kept = records.filter((record) => {
    const { kind = '', t } = /^begin \d+ (?<kind>\S+) t=(?<t>\d+)/.exec(record)?.groups ?? {};
    const unit = /^begin .* unit=(?<unit>\S+)/.exec(record)?.groups?.['unit'] ?? '';
    return Number(t) >= fromUsec && Number(t) < toUsec && (kind === 'request' || named.has(unit));
  });
  return announcement + kept.join('');
}

async function verdictsOn(directory: string): Promise<readonly IncidentDocument[]> {
  let out = '';
  await analyze(
    { files: recordedFilesIn(directory), format: 'json', settleMs: shippedSettleMs, onIncident: () => undefined },
    { out: (text) => (out += text), err: () => undefined },
  );
  // Of the schema that is tested elsewhere.
  return JSON.parse(out) as readonly IncidentDocument[];
}

function shortfallsOf(
  of: Suite,
  scenario: StopScenario,
  truth: Truth,
  documents: readonly IncidentDocument[],
): readonly string[] {
  const { stops, missed, doubled, senders, causesRight, ancestries, remarks } = judge(
    { scenario, suite: of, actors: truth.actors },
    incidentsDuring(truth, documents),
  );
  const isRight =
    missed + doubled === 0 && causesRight === stops && senders.right === stops && ancestries.right === ancestries.known;
  return isRight ? [] : [...remarks, `${senders.right} of ${stops} senders`];
}

function summaryOf({ unit, cause, attribution, sender, ancestry, exit, result, triggered_by, rule }: IncidentDocument) {
  return {
    unit,
    cause,
    attribution,
    rule,
    sender: sender && { name: sender.name, pid: sender.pid, unit: sender.unit },
    ancestry: ancestry.map((one) => ({ name: one.name, pid: one.pid })),
    exit,
    result,
    triggered_by: triggered_by && { unit: triggered_by.unit },
  };
}
