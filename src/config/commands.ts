import { analyzeFlags } from './analyze-flags.ts';
import { demoFlags } from './demo-flags.ts';
import { type FlagTable, toggle } from './flag.ts';
import { probeFlags } from './probe-flags.ts';
import { serveFlags } from './serve-flags.ts';

export interface Command {
  readonly summary: string;
  readonly flags: FlagTable;
  /** Whether its flags are read from the environment too. */
  readonly readsEnvironment: boolean;
  /** What its exit status says. */
  readonly exitStatus: string;
}

export const defaultCommand = 'serve';

export const commands = {
  serve: {
    summary: 'Watch this host and serve metrics, traces and pages. What is done without a command.',
    flags: serveFlags,
    readsEnvironment: true,
    exitStatus: '0 when it was stopped, 1 when it failed, 2 where the configuration has mistakes.',
  },
  analyze: {
    summary: 'Read recorded evidence and tell what stopped, when, why and by whom.',
    flags: analyzeFlags,
    readsEnvironment: false,
    exitStatus: '0 with stops, 3 with none, 1 when it failed, 2 where the arguments have mistakes.',
  },
  demo: {
    summary: 'Replay recorded stops and serve what becomes of them. Needs no other component.',
    flags: demoFlags,
    readsEnvironment: false,
    exitStatus: '0 when it was stopped, 1 when it failed, 2 where the arguments have mistakes.',
  },
  probe: {
    summary: 'As root: print what the kernel and PID 1 do to services, for serve --source.stap.log to read.',
    flags: probeFlags,
    readsEnvironment: false,
    exitStatus: '0 when it was stopped, 1 when it failed, 2 where the arguments have mistakes.',
  },
  check: {
    summary: 'Tell what each source can see on this host, with the same flags as serve.',
    flags: serveFlags,
    readsEnvironment: true,
    exitStatus: '0 where all configured sources can see, 1 where one is blind, 2 where the configuration has mistakes.',
  },
} as const satisfies Readonly<Record<string, Command>>;

export type CommandName = keyof typeof commands;

/** Of every command. They do not stand in the environment: images like to have a variable for a version. */
export const commonFlags = { help: toggle('Show this help.'), version: toggle('Show the version.') };

export function isCommandName(text: string): text is CommandName {
  return Object.hasOwn(commands, text);
}
