/** One sample line as a scraper reads it. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly exemplar?: { readonly labels: Readonly<Record<string, string>>; readonly value: number; readonly at: number };
}

export interface ParsedExposition {
  readonly samples: readonly ParsedSample[];
  readonly types: Readonly<Record<string, string>>;
  readonly help: Readonly<Record<string, string>>;
}

const label = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"`;
const labels = String.raw`\{(?<labels>${label}(?:,${label})*)\}`;
const number = String.raw`(?:[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)`;
const exemplar = String.raw` # \{(?<exemplar>${label})\} (?<exemplarValue>${number}) (?<exemplarAt>${number})`;
const sampleLine = new RegExp(`^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:${labels})? (?<value>${number})(?:${exemplar})?$`, 'u');

/** A strict reader of both formats, for tests: throws on any line that the grammar does not know. */
export function parseExposition(text: string, openmetrics: boolean): ParsedExposition {
  if (!text.endsWith('\n')) throw new Error('The last line has no end');
  const lines = text.slice(0, -1).split('\n');
  if (openmetrics && lines.pop() !== '# EOF') throw new Error('The last line is not # EOF');
  const types: Record<string, string> = {};
  const help: Record<string, string> = {};
  const samples: ParsedSample[] = [];
  for (const line of lines) {
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/su.exec(line);
    if (comment?.[1] === 'HELP') help[comment[2] ?? ''] = unescaped(comment[3] ?? '');
    else if (comment?.[1] === 'TYPE') types[comment[2] ?? ''] = comment[3] ?? '';
    else samples.push(parseSample(line));
  }
  return { samples, types, help };
}

function parseSample(line: string): ParsedSample {
  const groups = sampleLine.exec(line)?.groups;
  if (groups === undefined) throw new Error(`Cannot parse ${JSON.stringify(line)}`);
  const { name = '', value = '', exemplar: exemplarLabels, exemplarValue = '', exemplarAt = '' } = groups;
  const sample = { name, labels: parseLabels(groups['labels'] ?? ''), value: parseNumber(value) };
  if (exemplarLabels === undefined) return sample;
  const shown = { labels: parseLabels(exemplarLabels), value: parseNumber(exemplarValue), at: parseNumber(exemplarAt) };
  return { ...sample, exemplar: shown };
}

function parseLabels(text: string): Record<string, string> {
  const found = text.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"/gu);
  return Object.fromEntries([...found].map(([, name, value]) => [name, unescaped(value ?? '')]));
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gsu, (_, character: string) => (character === 'n' ? '\n' : character));
}

function parseNumber(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}
