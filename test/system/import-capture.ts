import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { analyze } from '../../src/cli/analyze.ts';
import { recordedFilesIn } from '../../src/cli/recording-directory.ts';
import { shippedSettleMs } from '../../src/config/serve-flags.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import type { IncidentDocument } from '../../src/model/incident-document.ts';
import { createBusctlJsonParser } from '../../src/sources/dbus/busctl-json.ts';
import { createJournalParser } from '../../src/sources/journal/journal-json.ts';
import type { LineParser } from '../../src/sources/line-parser.ts';
import { isDiscarded } from '../../src/sources/source.ts';
import type { ExpectedStop, StopScenario } from './scenarios/scenario.ts';
import { stopScenarios } from './scenarios/stop-scenarios.ts';
import { slimBusLine, slimJournalLine } from './slim-recording.ts';

/**
 * Makes scenarios of `npm test` from captures of the bed: `node test/system/import-capture.ts CAPTURE…`. Keeps the lines
 * that bear on the units concerned, and of these what is read, and refuses a capture whose verdict is not the truth: that
 * is a bug, or evidence that cannot tell.
 */
interface Truth {
  readonly name: string;
  readonly suite: string;
  readonly systemd: string;
  readonly act: string;
  readonly expect: readonly ExpectedStop[];
}

for (const capture of process.argv.slice(2))
  console.log(`${basename(dirname(capture))}/${basename(capture)}: ${await importCapture(capture)}`);

async function importCapture(capture: string): Promise<string> {
  const truth: Truth = JSON.parse(readFileSync(join(capture, 'truth.json'), 'utf8'));
  const scenario = stopScenarios.find(({ name }) => name === truth.name);
  if (scenario === undefined) return 'not imported: no such scenario any more';
  const version = /systemd (\d+)/.exec(truth.systemd)?.[1] ?? 'unknown';
  const target = join('test/scenarios', `debian-${truth.suite}-systemd-${version}-${truth.name}`);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const isRelevant = relevance(scenario, truth);
  keep(capture, target, { name: 'busctl-monitor.jsonl', parser: createBusctlJsonParser(), isRelevant, slim: slimBusLine });
  keep(capture, target, { name: 'journal.jsonl', parser: createJournalParser(), isRelevant, slim: slimJournalLine });
  keepRelations(capture, target);
  const documents = await verdicts(target);
  const problem = disagreement(documents, truth);
  if (problem !== undefined) {
    rmSync(target, { recursive: true });
    return `not imported: ${problem}`;
  }
  const expected = { what: truth.act, systemd: truth.systemd, incidents: documents.map(expectation) };
  writeFileSync(join(target, 'expected.json'), `${JSON.stringify(expected, undefined, 2)}\n`);
  return `${documents.length} stops`;
}

/** Requests, jobs (they show a transaction), what is said of the whole machine, and what is about the units concerned. */
function relevance({ units }: StopScenario, { expect }: Truth): (evidence: Evidence) => boolean {
  const concerned = new Set([...units, ...expect.flatMap(({ unit, triggeredBy = unit }) => [unit, triggeredBy])]);
  return (evidence) => {
    if (evidence.kind === 'request' || evidence.kind === 'job-added') return true;
    const unit = 'unit' in evidence ? evidence.unit : undefined;
    return unit === undefined ? evidence.kind === 'journal' : concerned.has(unit);
  };
}

interface Recorded {
  readonly name: string;
  readonly parser: LineParser;
  readonly isRelevant: (evidence: Evidence) => boolean;
  readonly slim: (line: string) => string;
}

function keep(capture: string, target: string, { name, parser, isRelevant, slim }: Recorded): void {
  const file = join(capture, name);
  if (!existsSync(file)) return;
  const kept = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line, index) => parser.accept(line, { file, line: index + 1 }).some((one) => !isDiscarded(one) && isRelevant(one)));
  if (kept.length > 0) writeFileSync(join(target, name), kept.map((line) => `${slim(line)}\n`).join(''));
}

function keepRelations(capture: string, target: string): void {
  const file = join(capture, 'systemctl-show.txt');
  if (!existsSync(file)) return;
  const filled = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => !/^\w+=(no)?$/.test(line));
  writeFileSync(join(target, 'systemctl-show.txt'), filled.join('\n'));
}

async function verdicts(directory: string): Promise<readonly IncidentDocument[]> {
  if (readdirSync(directory).length === 0) return [];
  let out = '';
  await analyze(
    { files: recordedFilesIn(directory), format: 'json', settleMs: shippedSettleMs, onIncident: () => undefined },
    { out: (text) => (out += text), err: () => undefined },
  );
  return JSON.parse(out);
}

function expectation({ unit, cause, attribution, sender, exit, result, rule, triggered_by }: IncidentDocument) {
  const trigger = triggered_by === null ? {} : { triggered_by: { unit: triggered_by.unit } };
  return { unit, cause, attribution, sender, ...trigger, exit, result, rule };
}

function disagreement(documents: readonly IncidentDocument[], truth: Truth): string | undefined {
  const isUnknown = (unit: string) => documents.some((document) => document.unit === unit && document.cause === 'unknown');
  // Unknown is honest: the recording then shows what the evidence cannot tell.
  const told = (unit: string, cause: string) => `${unit} ${isUnknown(unit) ? 'unknown' : cause}`;
  const wanted = truth.expect.flatMap(({ unit, cause, count = 1 }) => Array<string>(count).fill(told(unit, cause))).sort();
  const got = documents.map(({ unit, cause }) => `${unit} ${cause}`).sort();
  if (wanted.join() !== got.join()) return `expected ${wanted.join(', ')}, got ${got.join(', ')}`;
  const wrong = documents.find((document) => !truth.expect.some((stop) => isAsExpected(document, stop)));
  return wrong === undefined ? undefined : `wrong sender or trigger of ${wrong.unit}: ${wrong.summary}`;
}

function isAsExpected({ unit, sender, triggered_by }: IncidentDocument, stop: ExpectedStop): boolean {
  if (unit !== stop.unit || (triggered_by?.unit ?? undefined) !== stop.triggeredBy) return false;
  return sender === null || sender.name === 'systemd' || sender.name === stop.sender;
}
