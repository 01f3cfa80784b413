import { readFileSync } from 'node:fs';
import type { LineParser } from '../../../src/sources/line-parser.ts';
import type { Observation } from '../../../src/sources/source.ts';
import { createStapParser, type StapParserOptions } from '../../../src/sources/stap/stap-parser.ts';

export function readLines(lines: readonly string[], parser: LineParser = createStapParser(), readAtUsec?: number): Observation[] {
  const observed = lines.flatMap((line, index) =>
    parser.accept(line, { file: 'stap.log', line: index + 1, ...(readAtUsec === undefined ? {} : { readAtUsec }) }),
  );
  return [...observed, ...parser.finish()];
}

export function readText(text: string, options?: StapParserOptions): Observation[] {
  return readLines(text.replace(/\n$/, '').split('\n'), createStapParser(options));
}

export function readScenario(name: string): Observation[] {
  return readText(readFileSync(new URL(`../../scenarios/${name}/stap.log`, import.meta.url), 'utf8'));
}

export function ofKind<K extends Observation['kind']>(
  observed: readonly Observation[],
  kind: K,
): Extract<Observation, { kind: K }>[] {
  return observed.filter((observation): observation is Extract<Observation, { kind: K }> => observation.kind === kind);
}

export function only<T>(values: readonly T[]): T {
  const [value] = values;
  if (value === undefined || values.length !== 1) throw new Error(`Expected one, got ${JSON.stringify(values)}`);
  return value;
}
