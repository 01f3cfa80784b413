import { type CommandName, commands, commonFlags, defaultCommand, isCommandName } from './config/commands.ts';
import type { AnalyzeConfig, DemoConfig, ProbeConfig, ServeConfig } from './config/config-types.ts';
import type { FlagTable, ReadValue } from './config/flag.ts';
import { readArguments } from './config/given-flags.ts';
import { helpText } from './config/help.ts';
import { misuses } from './config/misuses.ts';
import { readAnalyzeConfig, readDemoConfig, readProbeConfig, readServeConfig, readServingConfig } from './config/read-configs.ts';
import type { Environment, FlagInput } from './config/read-flags.ts';
import { unknownName } from './config/unknown-name.ts';
import { readVersion } from './config/version.ts';
import { webConfigMistakes } from './config/web-config-mistakes.ts';

interface Configs {
  readonly serve: ServeConfig;
  readonly analyze: AnalyzeConfig;
  readonly demo: DemoConfig;
  readonly probe: ProbeConfig;
  readonly check: ServeConfig;
}

/** A command with its whole configuration. */
export type Invocation = { [Name in CommandName]: { readonly command: Name; readonly config: Configs[Name] } }[CommandName];

/** What to do; or a text to print and nothing else to do; or everything that is wrong, at once. */
export type CommandLine = Invocation | { readonly help: string } | { readonly mistakes: readonly string[] };

/** Also reads the file that `--web.config.file` names. @param argv without the program's own name */
export async function readCommandLine(argv: readonly string[], env: Environment): Promise<CommandLine> {
  const line = parseCommandLine(argv, env);
  if (!('command' in line) || (line.command !== 'serve' && line.command !== 'check')) return line;
  const mistakes = await webConfigMistakes(line.config.webConfigFile, line.config.incidentAccess);
  return mistakes.length > 0 ? { mistakes } : line;
}

export function parseCommandLine(argv: readonly string[], env: Environment): CommandLine {
  const first = argv[0];
  const named = first === undefined || first.startsWith('-') ? undefined : first;
  if (named !== undefined && !isCommandName(named)) return { mistakes: [unknownName('command', named, Object.keys(commands))] };
  const command = named ?? defaultCommand;
  const flags: FlagTable = { ...commands[command].flags, ...commonFlags };
  const given = readArguments(named === undefined ? argv : argv.slice(1), flags);
  if (given.values.has('help')) return { help: helpText(named) };
  if (given.values.has('version')) return { help: `systemd-stop-exporter ${readVersion()}\n` };
  const invocation = readers[command]({ given, env: commands[command].readsEnvironment ? env : {} });
  const wrong = misuses(command, given);
  if ('mistakes' in invocation) return { mistakes: [...wrong, ...invocation.mistakes] };
  return wrong.length > 0 ? { mistakes: wrong } : invocation.value;
}

const readers: Readonly<Record<CommandName, (input: FlagInput) => ReadValue<Invocation>>> = {
  serve: (input) => invoke(readServingConfig(input), (config) => ({ command: 'serve', config })),
  analyze: (input) => invoke(readAnalyzeConfig(input), (config) => ({ command: 'analyze', config })),
  demo: (input) => invoke(readDemoConfig(input), (config) => ({ command: 'demo', config })),
  probe: (input) => invoke(readProbeConfig(input), (config) => ({ command: 'probe', config })),
  check: (input) => invoke(readServeConfig(input), (config) => ({ command: 'check', config })),
};

function invoke<Config>(read: ReadValue<Config>, as: (config: Config) => Invocation): ReadValue<Invocation> {
  return 'value' in read ? { value: as(read.value) } : read;
}
