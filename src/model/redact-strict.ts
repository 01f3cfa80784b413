import { unitType } from './unit.ts';

const mark = '***';

/** Leaves of a command the program, the names of its options and the units it is about: `systemctl --no-block *** a.service`. */
export function strictCommand(command: string): string {
  const [program = '', ...rest] = command.split(/\s+/).filter((word) => word !== '');
  const words = [withoutValue(program), ...rest.map((word) => (isUnit(word) ? word : withoutOption(word)))];
  return words.filter((word, index) => word !== mark || words[index - 1] !== mark).join(' ');
}

/** `NAME=value program` is no program. */
function withoutValue(word: string): string {
  const name = /^(?<name>[A-Za-z_]\w{0,63})=/.exec(word)?.groups?.['name'];
  return name === undefined ? word : `${name}=${mark}`;
}

function withoutOption(word: string): string {
  const { name, value } = /^(?<name>--?[A-Za-z][A-Za-z-]{0,63})(?<value>=.*)?$/s.exec(word)?.groups ?? {};
  if (name === undefined || isAttached(name)) return mark;
  return value === undefined ? name : `${name}=${mark}`;
}

/** `-phunter` may be an option with its secret. */
function isAttached(name: string): boolean {
  return !name.startsWith('--') && name.length > 2;
}

function isUnit(word: string): boolean {
  return unitType(word) !== 'unknown';
}
