import { type CommandName, commands, commonFlags } from './commands.ts';
import type { GivenFlags } from './given-flags.ts';
import { unknownName } from './unknown-name.ts';

/** What stands on the command line and does not belong there. */
export function misuses(command: CommandName, given: GivenFlags): readonly string[] {
  return [
    ...given.unknown.map((flag) => unknownFlag(command, flag)),
    ...given.withoutValue.map((flag) => `${flag}: it needs a value`),
    ...given.positionals.map((text) => `Unexpected argument ${JSON.stringify(text)}${positionalHints[command] ?? ''}`),
  ];
}

const positionalHints: Readonly<Partial<Record<CommandName, string>>> = {
  analyze: ': say what kind of evidence it is, as in --stap FILE',
};

function unknownFlag(command: CommandName, flag: string): string {
  const owners = Object.entries(commands).filter(([, { flags }]) => Object.hasOwn(flags, flag.replace(/^--/, '')));
  const names = owners.map(([name]) => JSON.stringify(name));
  if (names.length > 0) return `Flag ${JSON.stringify(flag)} is not one of ${JSON.stringify(command)} but of ${names.join(', ')}`;
  const known = Object.keys({ ...commands[command].flags, ...commonFlags }).map((name) => `--${name}`);
  return unknownName('flag', flag, known);
}
