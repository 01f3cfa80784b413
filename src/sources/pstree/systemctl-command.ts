import type { StopCommand } from './stop-command.ts';
import { systemctlForeignOptions, systemctlValueOptions, systemctlVerbs } from './systemctl-verbs.ts';
import { unitNames } from './unit-names.ts';

interface Invocation {
  readonly options: readonly string[];
  readonly operands: readonly string[];
}

/** What `systemctl ARGS` asks the system manager to stop; undefined where it does not. */
export function parseSystemctl(args: readonly string[]): StopCommand | undefined {
  const { options, operands } = splitOptions(args);
  if (options.some(isForeign)) return undefined;
  const [word = '', ...names] = operands;
  const verb = systemctlVerbs.get(word);
  if (verb === undefined || (verb.needsNow === true && !options.includes('--now'))) return undefined;
  const { action, units } = verb;
  if (units === 'none') return { action, units: [] };
  if (typeof units === 'object') return { action, units: [units.isolated] };
  const stopped = unitNames(names, units === 'isolated' ? '.target' : '.service');
  return stopped.length === 0 ? undefined : { action, units: stopped };
}

/** Options stand anywhere, up to `--`. */
function splitOptions(args: readonly string[]): Invocation {
  const options: string[] = [];
  const operands: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? '';
    if (word === '--') return { options, operands: [...operands, ...args.slice(index + 1)] };
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    options.push(word);
    if (systemctlValueOptions.has(word)) index++;
  }
  return { options, operands };
}

/** `--machine=x`, `-Mx`, `-qMx`. */
function isForeign(option: string): boolean {
  const [name = ''] = option.split('=');
  if (name.startsWith('--')) return systemctlForeignOptions.has(name);
  return [...shortLetters(option)].some((letter) => systemctlForeignOptions.has(`-${letter}`));
}

/** The letters of `-qs9`; what follows a letter with a value is that value. */
function shortLetters(option: string): string {
  const letters = option.slice(1);
  const valueAt = [...letters].findIndex((letter) => systemctlValueOptions.has(`-${letter}`));
  return valueAt === -1 ? letters : letters.slice(0, valueAt);
}
