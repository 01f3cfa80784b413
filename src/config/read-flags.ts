import { readFileSync } from 'node:fs';
import { fileErrorReason } from '../sources/files/file-error.ts';
import { configFileFlag, parseConfigFile } from './config-file.ts';
import type { FlagTable, ReadValue, ValuesOf } from './flag.ts';
import type { GivenFlags } from './given-flags.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface FlagInput {
  readonly given: GivenFlags;
  readonly env: Environment;
}

/** What a flag was given by, and where a mistake in it is to be corrected. */
interface Origin {
  readonly texts: readonly string[];
  readonly name: string;
}

const environmentPrefix = 'SYSTEMD_STOP_EXPORTER_';

export function environmentName(flag: string): string {
  return environmentPrefix + flag.toUpperCase().replaceAll(/[.-]/g, '_');
}

/** Reads a table of flags from the command line, else the environment, else the file of `--config.file`, else the defaults. */
export function readFlags<Table extends FlagTable>(table: Table, { given, env }: FlagInput): ReadValue<ValuesOf<Table>> {
  const typed = new Map([...fromEnvironment(table, env), ...fromArguments(given)]);
  const file = readConfigFile(table, typed.get(configFileFlag)?.texts[0]);
  const origins = new Map([...file.origins, ...typed]);
  const values: Record<string, unknown> = {};
  const mistakes = [...file.mistakes];
  for (const [name, flag] of Object.entries(table)) {
    const { texts, name: origin } = origins.get(name) ?? { texts: flag.defaults, name: `--${name}` };
    const read: ReadValue<unknown> =
      texts.length > 1 && !flag.isRepeatable ? { mistakes: ['it can be given only once'] } : flag.read(texts);
    if ('value' in read) values[name] = read.value;
    else mistakes.push(...read.mistakes.map((mistake) => `${origin}: ${mistake}`));
  }
  // Each name of the table was read by its own flag: that is what ValuesOf says.
  return mistakes.length > 0 ? { mistakes } : { value: values as ValuesOf<Table> };
}

function fromArguments({ values }: GivenFlags): readonly (readonly [string, Origin])[] {
  return [...values].map(([name, texts]) => [name, { texts, name: `--${name}` }]);
}

/** An empty variable is one that is not set. Others of our prefix are not ours: Kubernetes makes them for a service of our name. */
function fromEnvironment(table: FlagTable, env: Environment): readonly (readonly [string, Origin])[] {
  return Object.entries(table).flatMap(([flag, { isRepeatable }]) => {
    const name = environmentName(flag);
    const text = env[name]?.trim() ?? '';
    const texts = isRepeatable ? text.split(',').map((part) => part.trim()) : [text];
    return text === '' ? [] : [[flag, { name, texts: texts.filter((part) => part !== '') }] as const];
  });
}

interface FileOrigins {
  readonly origins: readonly (readonly [string, Origin])[];
  readonly mistakes: readonly string[];
}

function readConfigFile(table: FlagTable, path: string | undefined): FileOrigins {
  if (path === undefined) return { origins: [], mistakes: [] };
  try {
    const { values, mistakes } = parseConfigFile(readFileSync(path, 'utf8'), table);
    return {
      origins: [...values].map(([name, texts]) => [name, { texts, name: `${path}: ${JSON.stringify(name)}` }]),
      mistakes: mistakes.map((mistake) => `${path}: ${mistake}`),
    };
  } catch (error) {
    return { origins: [], mistakes: [`--${configFileFlag}: cannot read ${JSON.stringify(path)}: ${fileErrorReason(error)}`] };
  }
}
