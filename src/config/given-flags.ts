import { parseArgs } from 'node:util';
import type { FlagTable } from './flag.ts';

/** What stands on the command line, before its values are read. */
export interface GivenFlags {
  /** By name, in the order given. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** As typed: flags that the table does not have. */
  readonly unknown: readonly string[];
  /** As typed: flags that need a value and have none. */
  readonly withoutValue: readonly string[];
  readonly positionals: readonly string[];
}

/** Whether there is nothing on the command line but flags with values. */
export function isUnderstood({ unknown, withoutValue, positionals }: GivenFlags): boolean {
  return unknown.length + withoutValue.length + positionals.length === 0;
}

/** Splits arguments into flags and values as the table says which takes one: `--name value`, `--name=value`, `--switch`. */
export function readArguments(argv: readonly string[], table: FlagTable): GivenFlags {
  const values = new Map<string, string[]>();
  const rest = { unknown: [] as string[], withoutValue: [] as string[], positionals: [] as string[] };
  /** What follows a flag we do not understand is probably its value: one mistake, not two. */
  let isAfterMistake = false;
  for (const token of tokenize(argv, table)) {
    if (token.kind === 'option') {
      const given = readOption(token, table);
      if (given.kind === 'value') values.set(token.name, [...(values.get(token.name) ?? []), given.text]);
      else rest[given.kind].push(token.rawName);
      isAfterMistake = given.kind !== 'value' && token.inlineValue !== true;
      continue;
    }
    if (token.kind === 'positional' && !isAfterMistake) rest.positionals.push(token.value);
    isAfterMistake = false;
  }
  return { values, ...rest };
}

type OptionToken = Extract<ReturnType<typeof tokenize>[number], { readonly kind: 'option' }>;

type GivenOption = { readonly kind: 'value'; readonly text: string } | { readonly kind: 'unknown' | 'withoutValue' };

function readOption({ name, value, inlineValue }: OptionToken, table: FlagTable): GivenOption {
  const flag = Object.hasOwn(table, name) ? table[name] : undefined;
  if (flag === undefined) return { kind: 'unknown' };
  if (flag.placeholder === undefined) return { kind: 'value', text: value ?? 'true' };
  if (value === undefined || (inlineValue === false && looksLikeFlag(value))) return { kind: 'withoutValue' };
  return { kind: 'value', text: value };
}

function tokenize(argv: readonly string[], table: FlagTable) {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { placeholder }]) => [
      name,
      {
        type: placeholder === undefined ? ('boolean' as const) : ('string' as const),
        ...(name === 'help' ? { short: 'h' } : {}),
      },
    ]),
  );
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

/** A single dash is standard input. */
function looksLikeFlag(text: string): boolean {
  return text.startsWith('-') && text !== '-';
}
