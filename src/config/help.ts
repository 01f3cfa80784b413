import { type Command, type CommandName, commands, commonFlags, defaultCommand } from './commands.ts';
import type { Flag } from './flag.ts';
import { environmentName } from './read-flags.ts';

const program = 'systemd-stop-exporter';

/** The help of one command; of the program where none was named. */
export function helpText(name: CommandName | undefined): string {
  const command: Command = commands[name ?? defaultCommand];
  const flags = Object.entries({ ...command.flags, ...commonFlags }).map(([flag, row]) => flagHelp(flag, row));
  const paragraphs = [
    `Usage: ${program} ${name ?? `[${Object.keys(commands).join('|')}]`} [flags]`,
    name === undefined ? `Commands:\n${commandList()}` : command.summary,
    `Flags${name === undefined ? ` of ${defaultCommand}` : ''}:\n${flags.join('\n')}`,
    ...(command.readsEnvironment ? [environmentHelp] : []),
    `Exit status: ${command.exitStatus}`,
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

const example = 'web.listen-address';
const environmentHelp = `A flag that is not given is read from the environment (--${example} from
${environmentName(example)}, several values separated by commas), else from the
file of --config.file. Traces are sent as the OTEL_* variables of OpenTelemetry say.`;

function commandList(): string {
  return Object.entries(commands)
    .map(([name, { summary }]) => `  ${name.padEnd(9)}${summary}`)
    .join('\n');
}

function flagHelp(name: string, { placeholder, help, defaults }: Flag<unknown>): string {
  const value = placeholder === undefined ? '' : `=${placeholder}`;
  const byDefault = defaults.length === 0 ? '' : ` (default ${defaults.join(', ')})`;
  return `  --${name}${value}${byDefault}\n      ${help}`;
}
