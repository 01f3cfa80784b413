import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FaultName, faultRows } from './fault-rows.ts';
import { resultsVariable } from './report.ts';
import type { Tally } from './tally.ts';

const file = new URL('../faults.md', import.meta.url);

/** Prints the rows of a run; writes the table down where every fault has one. */
export default function setUp(): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'faults-'));
  process.env[resultsVariable] = directory;
  return () => {
    const rows = new Map(readdirSync(directory).map((name) => [name.replace(/\.json$/, ''), readRow(join(directory, name))]));
    rmSync(directory, { recursive: true });
    const names = (Object.keys(faultRows) as FaultName[]).filter((name) => rows.has(name));
    const table = names.map((name) => line([faultRows[name], ...cells(rows.get(name))]));
    const text = [line(titles), '| --- | --: | --: | --: | --: | --: |', ...table].join('\n');
    process.stdout.write(`\n${text}\n\n`);
    if (names.length === Object.keys(faultRows).length) writeFileSync(file, `${heading}\n\n${text}\n`);
  };
}

const heading = `# What was injected, and what became of the stops

Written by \`npm run test:faults\`. "Lost" and "doubled" compare the counter, the served incidents and the collector with
what was done, unit by unit, and take the worst of the three. "–": the row has no collector.`;

const titles = ['injected', 'stops done', 'counted', 'traced', 'lost', 'doubled'];

function readRow(path: string): Tally {
  return JSON.parse(readFileSync(path, 'utf8')) as Tally;
}

function cells(row: Tally | undefined): readonly string[] {
  return [row?.done, row?.counted, row?.traced ?? '–', row?.lost, row?.doubled].map(String);
}

function line(words: readonly string[]): string {
  return `| ${words.join(' | ')} |`;
}
