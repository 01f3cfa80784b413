import { type Suite, suites } from '../machine.ts';
import { stopScenarios } from '../scenarios/stop-scenarios.ts';
import type { Judgement } from './judge.ts';
import { type BySources, type SourceSet, sourceSets } from './witnesses.ts';

export type Score = ReadonlyMap<Suite, BySources<readonly Judgement[]>>;

/** Sums over the scenarios of a suite. */
export interface Totals {
  readonly stops: number;
  readonly missed: number;
  readonly doubled: number;
  readonly causesRight: number;
  readonly sendersRight: number;
  readonly sendersUnknown: number;
  readonly sendersWrong: number;
  readonly ancestriesKnown: number;
  readonly ancestriesRight: number;
  readonly triggersKnown: number;
  readonly triggersRight: number;
}

export function totalsOf(judgements: readonly Judgement[]): Totals {
  const sum = (count: (judgement: Judgement) => number): number =>
    judgements.reduce((total, judgement) => total + count(judgement), 0);
  return {
    stops: sum(({ stops }) => stops),
    missed: sum(({ missed }) => missed),
    doubled: sum(({ doubled }) => doubled),
    causesRight: sum(({ causesRight }) => causesRight),
    sendersRight: sum(({ senders }) => senders.right),
    sendersUnknown: sum(({ senders }) => senders.unknown),
    sendersWrong: sum(({ senders }) => senders.wrong),
    ancestriesKnown: sum(({ ancestries }) => ancestries.known),
    ancestriesRight: sum(({ ancestries }) => ancestries.right),
    triggersKnown: sum(({ triggers }) => triggers.known),
    triggersRight: sum(({ triggers }) => triggers.right),
  };
}

/** What is not right is told of the sets that are run in earnest. */
const explained = ['dbus+journal', 'dbus+journal+probe'] as const;

/** For people: a line for each scenario that is not all right, then the totals. */
export function scoreTable(score: Score): string {
  const shortfalls = [...score].flatMap(([suite, judgements]) =>
    explained.flatMap((sources) =>
      judgements[sources].flatMap(({ scenario, remarks }) => remarks.map((remark) => [suite, sources, scenario, remark])),
    ),
  );
  const head = [
    'suite',
    'sources',
    'stops',
    'missed',
    'doubled',
    'causes',
    'senders',
    'unknown',
    'wrong',
    'ancestry',
    'pulled by',
  ];
  const rows = [...score].flatMap(([suite, judgements]) =>
    sourceSets.map((sources) => totalsRow(suite, sources, totalsOf(judgements[sources]))),
  );
  return `${aligned(shortfalls)}\n\n${aligned([head, ...rows])}\n`;
}

function totalsRow(suite: Suite, sources: SourceSet, totals: Totals): readonly string[] {
  const percent = totals.stops === 0 ? 100 : (totals.causesRight / totals.stops) * 100;
  return [
    suite,
    sources,
    `${totals.stops}`,
    `${totals.missed}`,
    `${totals.doubled}`,
    `${totals.causesRight} (${percent.toFixed(1)} %)`,
    `${totals.sendersRight}`,
    `${totals.sendersUnknown}`,
    `${totals.sendersWrong}`,
    `${totals.ancestriesRight}/${totals.ancestriesKnown}`,
    `${totals.triggersRight}/${totals.triggersKnown}`,
  ];
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** For diffs: without times and pids, in the order of the scenarios, a line for each scenario, set of sources and suite. */
export function scoreJson(score: Score): string {
  const known = suites.filter((suite) => score.has(suite));
  const of = (suite: Suite, sources: SourceSet): readonly Judgement[] => score.get(suite)?.[sources] ?? [];
  const bySuite = (sources: SourceSet, line: (judgements: readonly Judgement[], suite: Suite) => string | undefined) =>
    block(known.map((suite) => [suite, line(of(suite, sources), suite)]));
  const totals = block(
    sourceSets.map((sources) => [sources, bySuite(sources, (judgements) => inline({ ...totalsOf(judgements) }))]),
  );
  const names = stopScenarios.map(({ name }) => name).filter((name) => known.some((suite) => find(of(suite, 'journal'), name)));
  const scenarios = block(
    names.map((name) => [
      name,
      block(sourceSets.map((sources) => [sources, bySuite(sources, (judgements) => scenarioLine(find(judgements, name)))])),
    ]),
  );
  const shortfalls = block(
    names.flatMap((name) => known.map((suite) => [`${name} ${suite}`, remarksLine(find(of(suite, 'dbus+journal'), name))])),
  );
  return `${block([
    ['totals', totals],
    ['shortfalls', shortfalls],
    ['scenarios', scenarios],
  ])}\n`;
}

function find(judgements: readonly Judgement[], name: string): Judgement | undefined {
  return judgements.find(({ scenario }) => scenario === name);
}

function scenarioLine(judgement: Judgement | undefined): string | undefined {
  if (judgement === undefined) return undefined;
  const { stops, missed, doubled, causesRight, senders, ancestries } = judgement;
  return inline({ stops, missed, doubled, causesRight, ...senders, ancestry: `${ancestries.right}/${ancestries.known}` });
}

function remarksLine(judgement: Judgement | undefined): string | undefined {
  return judgement === undefined || judgement.remarks.length === 0 ? undefined : JSON.stringify(judgement.remarks.join('; '));
}

type Entry = readonly [string, string | undefined];

/** JSON of an object over several lines; entries without a value are left out. */
function block(entries: readonly Entry[]): string {
  const lines = entries.filter((entry): entry is readonly [string, string] => entry[1] !== undefined);
  if (lines.length === 0) return '{}';
  const body = lines.map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(',\n');
  return `{\n${body.replace(/^/gm, '  ')}\n}`;
}

/** JSON of an object on one line; what is zero is left out. */
function inline(values: Readonly<Record<string, number | string>>): string {
  const entries = Object.entries(values).filter(([, value]) => value !== 0 && value !== '0/0');
  return entries.length === 0 ? '{}' : `{ ${entries.map(([key, value]) => `"${key}": ${JSON.stringify(value)}`).join(', ')} }`;
}
