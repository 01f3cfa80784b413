import { readFileSync } from 'node:fs';
import type { LineParser } from '../../../src/sources/line-parser.ts';
import type { Observation } from '../../../src/sources/source.ts';

export const file = 'recording';

export function readLines(parser: LineParser, lines: readonly string[], readAtUsec?: number): readonly Observation[] {
  const observed = lines.flatMap((line, index) =>
    parser.accept(line, { file, line: index + 1, ...(readAtUsec === undefined ? {} : { readAtUsec }) }),
  );
  return [...observed, ...parser.finish()];
}

export function readText(parser: LineParser, text: string): readonly Observation[] {
  return readLines(parser, text.replace(/\n$/, '').split('\n'));
}

export function linesOf(recording: string): readonly string[] {
  const text = readFileSync(new URL(`../../scenarios/${recording}`, import.meta.url), 'utf8');
  return text.replace(/\n$/, '').split('\n');
}

export function ofKind<K extends Observation['kind']>(
  observed: readonly Observation[],
  kind: K,
): readonly Extract<Observation, { kind: K }>[] {
  return observed.filter((one): one is Extract<Observation, { kind: K }> => one.kind === kind);
}

export function countKinds(observed: readonly Observation[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of observed) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

export function only<T>(values: readonly T[]): T {
  const [value] = values;
  if (value === undefined || values.length !== 1) throw new Error(`Expected one, got ${JSON.stringify(values)}`);
  return value;
}
