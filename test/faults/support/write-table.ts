import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FaultName, faultRows } from './fault-rows.ts';
import { resultsVariable } from './report.ts';
import type { Tally } from './tally.ts';

const file = new URL('../faults.md', import.meta.url);

/** Prints the rows of a run, and writes them into the table in the place of those of an earlier run. */
export default function setUp(): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'faults-'));
  process.env[resultsVariable] = directory;
  return () => {
    const rows = new Map(readdirSync(directory).map((name) => [name.replace(/\.json$/, ''), readRow(join(directory, name))]));
    rmSync(directory, { recursive: true });
    const names = Object.keys(faultRows) as FaultName[];
    const fresh = new Map(
      names.filter((name) => rows.has(name)).map((name) => [faultRows[name] as string, cells(rows.get(name))]),
    );
    process.stdout.write(`\n${table([...fresh])}\n\n`);
    const known = new Map([...earlierRows(), ...fresh]);
    const all = names.flatMap((name) =>
      known.has(faultRows[name]) ? [[faultRows[name], known.get(faultRows[name]) ?? []] as const] : [],
    );
    writeFileSync(file, `${heading}\n\n${table(all)}\n`);
  };
}

type TableRow = readonly [injected: string, cells: readonly string[]];

function table(rows: readonly TableRow[]): string {
  return [
    line(titles),
    '| --- | --: | --: | --: | --: | --: |',
    ...rows.map(([injected, rest]) => line([injected, ...rest])),
  ].join('\n');
}

function earlierRows(): readonly TableRow[] {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return lines
    .filter((text) => text.startsWith('| '))
    .map((text) =>
      text
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
    .map(([injected = '', ...rest]) => [injected, rest] as const);
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
