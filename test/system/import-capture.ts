import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { analyze } from '../../src/cli/analyze.ts';
import { recordedFilesIn } from '../../src/cli/recording-directory.ts';
import type { IncidentDocument } from '../../src/model/incident-document.ts';
import { createBusctlJsonParser } from '../../src/sources/dbus/busctl-json.ts';
import { createJournalParser } from '../../src/sources/journal/journal-json.ts';
import type { LineParser } from '../../src/sources/line-parser.ts';

/**
 * Makes a scenario of `npm test` from captures of the bed: `node test/system/import-capture.ts CAPTURE…`. Keeps the lines
 * that bear on the units concerned, and refuses a capture whose verdict is not the truth: that is a bug, or evidence that
 * cannot tell.
 */
interface Truth {
  readonly name: string;
  readonly suite: string;
  readonly systemd: string;
  readonly act: string;
  readonly expect: readonly {
    readonly unit: string;
    readonly cause: string;
    readonly sender?: string;
    readonly count?: number;
  }[];
}

for (const capture of process.argv.slice(2))
  console.log(`${basename(dirname(capture))}/${basename(capture)}: ${await importCapture(capture)}`);

async function importCapture(capture: string): Promise<string> {
  const truth: Truth = JSON.parse(readFileSync(join(capture, 'truth.json'), 'utf8'));
  const version = /systemd (\d+)/.exec(truth.systemd)?.[1] ?? 'unknown';
  const target = join('test/scenarios', `debian-${truth.suite}-systemd-${version}-${truth.name}`);
  const units = new Set(truth.expect.map(({ unit }) => unit));
  mkdirSync(target, { recursive: true });
  keepRelevant(join(capture, 'busctl-monitor.jsonl'), join(target, 'busctl-monitor.jsonl'), createBusctlJsonParser(), units);
  keepRelevant(join(capture, 'journal.jsonl'), join(target, 'journal.jsonl'), createJournalParser(), units);
  const documents = await verdicts(target);
  const problem = disagreement(documents, truth);
  if (problem !== undefined) {
    rmSync(target, { recursive: true });
    return problem;
  }
  const incidents = documents.map(({ unit, cause, attribution, sender, exit, result, rule }) => ({
    unit,
    cause,
    attribution,
    sender,
    exit,
    result,
    rule,
  }));
  writeFileSync(
    join(target, 'expected.json'),
    `${JSON.stringify({ what: truth.act, systemd: truth.systemd, incidents }, undefined, 2)}\n`,
  );
  return `${documents.length} stops`;
}

function keepRelevant(from: string, to: string, parser: LineParser, units: ReadonlySet<string>): void {
  if (!existsSync(from)) return;
  const lines = readFileSync(from, 'utf8').split('\n');
  const kept = lines.filter((line, index) =>
    parser
      .accept(line, { file: from, line: index + 1 })
      .some((one) => one.kind === 'request' || ('unit' in one && one.unit !== undefined && units.has(one.unit))),
  );
  writeFileSync(to, kept.map((line) => `${line}\n`).join(''));
}

async function verdicts(directory: string): Promise<readonly IncidentDocument[]> {
  let out = '';
  await analyze(
    { files: recordedFilesIn(directory), format: 'json', settleMs: 300, onIncident: () => undefined },
    { out: (text) => (out += text), err: () => undefined },
  );
  return JSON.parse(out);
}

function disagreement(documents: readonly IncidentDocument[], truth: Truth): string | undefined {
  const wanted = truth.expect.flatMap(({ unit, cause, count = 1 }) => Array<string>(count).fill(`${unit} ${cause}`)).sort();
  const got = documents.map(({ unit, cause }) => `${unit} ${cause}`).sort();
  if (wanted.join() !== got.join()) return `not imported: expected ${wanted.join(', ')}, got ${got.join(', ')}`;
  const wrong = documents.find(
    ({ unit, sender }) =>
      sender !== null &&
      sender.name !== 'systemd' &&
      !truth.expect.some((one) => one.unit === unit && one.sender === sender.name),
  );
  return wrong === undefined ? undefined : `not imported: wrong sender ${wrong.sender?.name} of ${wrong.unit}`;
}
