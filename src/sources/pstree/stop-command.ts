import type { RequestAction } from '../../model/evidence.ts';
import { parseBusctl, parseDbusSend, parseGdbus } from './bus-command.ts';
import { commandsOf, shells, textOfShell } from './shell-text.ts';
import { parseSystemctl } from './systemctl-command.ts';
import { unitNames } from './unit-names.ts';

/** What a command line asks systemd to stop. */
export interface StopCommand {
  readonly action: RequestAction;
  /** With their suffix; patterns as they were given. None where the whole machine is meant. */
  readonly units: readonly string[];
}

type CommandParser = (args: readonly string[]) => StopCommand | undefined;

const programs: ReadonlyMap<string, CommandParser> = new Map<string, CommandParser>([
  ['systemctl', parseSystemctl],
  ['service', parseService],
  ['invoke-rc.d', parseService],
  ['busctl', parseBusctl],
  ['dbus-send', parseDbusSend],
  ['gdbus', parseGdbus],
  ['poweroff', parsePoweroff],
  ['reboot', parsePoweroff],
  ['halt', parsePoweroff],
  ['shutdown', parseShutdown],
  ['telinit', parseTelinit],
  ['init', parseTelinit],
]);

/** Programs that run the one named after their own options. */
const wrappers: ReadonlySet<string> = new Set([
  ...['sudo', 'doas', 'pkexec', 'runuser', 'setpriv', 'env', 'nohup', 'nice', 'ionice', 'chrt', 'taskset', 'setsid', 'stdbuf'],
  ...['timeout', 'time', 'flock', 'watch', 'xargs', 'strace', 'ltrace', 'systemd-inhibit', 'systemd-cat'],
]);

const initScriptPattern = /^\/etc\/(?:rc\.d\/)?init\.d\/(?<name>[^/]+)$/;
const maxNesting = 8;

/** What a process asks by its command line; undefined where it stops nothing. `name` is its comm, `args` all after argv[0]. */
export function parseStopCommand(name: string, args: string): StopCommand | undefined {
  // pstree ends a line with `...` where it leaves arguments out for want of room.
  const words = args.replace(/\.\.\.$/, '').split(/\s+/);
  return parseWords([name, ...words.filter((word) => word !== '')], 0);
}

function parseWords(command: readonly string[], nesting: number): StopCommand | undefined {
  if (nesting > maxNesting) return undefined;
  const [program = '', ...args] = withoutInterpreter(command);
  const initScript = initScriptPattern.exec(program)?.groups?.['name'];
  if (initScript !== undefined) return parseService([initScript, ...args]);
  const name = baseName(program);
  if (shells.has(name)) return parseScript(textOfShell(args), nesting);
  if (name === 'su') return parseScript(textOfSu(args), nesting);
  if (wrappers.has(name)) return parseWrapped(args, nesting);
  return programs.get(name)?.(args);
}

/** A comm has at most 15 characters. */
const maxCommLength = 15;

/** A script's process is called like the script, whose path is then its first argument. */
function withoutInterpreter(command: readonly string[]): readonly string[] {
  const [name = '', first = ''] = command;
  const isScript = first.includes('/') && (shells.has(name) || baseName(first).slice(0, maxCommLength) === name);
  return isScript ? command.slice(1) : command;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The first command of a shell's text that asks for a stop. */
function parseScript(text: readonly string[] | undefined, nesting: number): StopCommand | undefined {
  for (const command of commandsOf(text ?? [])) {
    const found = parseWords(command, nesting + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function textOfSu(args: readonly string[]): readonly string[] | undefined {
  const index = args.findIndex((word) => word === '-c' || word === '--command');
  return index === -1 ? undefined : args.slice(index + 1);
}

/** What stands before the program a wrapper runs: options, their values, numbers, assignments, a lock file. */
function parseWrapped(args: readonly string[], nesting: number): StopCommand | undefined {
  for (const [index, word] of args.entries()) {
    if (isProgram(word)) return parseWords(args.slice(index), nesting + 1);
    const isBefore = /^(?:-|\d|\/|[A-Za-z_]\w*=)/.test(word) || args[index - 1]?.startsWith('-') === true;
    if (!isBefore) return undefined;
  }
  return undefined;
}

function isProgram(word: string): boolean {
  const name = baseName(word);
  return programs.has(name) || shells.has(name) || wrappers.has(name) || name === 'su' || initScriptPattern.test(word);
}

const serviceVerbs: ReadonlyMap<string, RequestAction> = new Map([
  ['stop', 'stop'],
  ['restart', 'restart'],
  ['condrestart', 'try-restart'],
  ['try-restart', 'try-restart'],
  ['force-reload', 'reload-or-try-restart'],
  ['reload-or-restart', 'reload-or-restart'],
]);

/** `service NAME VERB`, `invoke-rc.d NAME VERB`, `/etc/init.d/NAME VERB`. */
function parseService(args: readonly string[]): StopCommand | undefined {
  const [name = '', verb = ''] = args.filter((word) => !word.startsWith('-'));
  const action = serviceVerbs.get(verb);
  const units = unitNames([name.replace(/\.sh$/, '')]);
  return action === undefined || units.length === 0 ? undefined : { action, units };
}

const shutdown: StopCommand = { action: 'shutdown', units: [] };

function parsePoweroff(args: readonly string[]): StopCommand | undefined {
  return args.some((word) => /^(?:-w|--wtmp-only|--help)$/.test(word)) ? undefined : shutdown;
}

/** `-c` cancels, `-k` only warns. */
function parseShutdown(args: readonly string[]): StopCommand | undefined {
  return args.some((word) => /^-\w{0,8}[ck]|^--(?:help|show)$/.test(word)) ? undefined : shutdown;
}

/** Run levels 0 and 6. */
function parseTelinit(args: readonly string[]): StopCommand | undefined {
  const [level] = args.filter((word) => !word.startsWith('-'));
  return level === '0' || level === '6' ? shutdown : undefined;
}
