#!/usr/bin/env node
import type { Environment } from './cli/environment.ts';
import { readVersion } from './config/version.ts';
import { type Invocation, readCommandLine } from './config.ts';
import { escapeUnprintable } from './logger.ts';

const environment: Environment = {
  version: readVersion(),
  // biome-ignore lint/style/noProcessEnv: the one place where the environment enters
  variables: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

/** Exit statuses of every command; `analyze` adds 3 for no stop. */
const failed = 1;
const wrongArguments = 2;

process.exit(await main());

async function main(): Promise<number> {
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', () => process.exit(0));
  const commandLine = await readCommandLine(process.argv.slice(2), environment.variables);
  if ('help' in commandLine) {
    environment.out(commandLine.help);
    return 0;
  }
  if ('mistakes' in commandLine) {
    for (const mistake of commandLine.mistakes) environment.err(`${escapeUnprintable(mistake)}\n`);
    return wrongArguments;
  }
  try {
    return await run(commandLine);
  } catch (error) {
    // The message names the act and the reason; a stack or a chain of causes is for us, not for an operator.
    environment.err(`${escapeUnprintable(error instanceof Error ? error.message : String(error))}\n`);
    return failed;
  }
}

/** Each command is loaded when it is asked for: `analyze` needs no web server, `serve` no recordings. */
async function run(invocation: Invocation): Promise<number> {
  switch (invocation.command) {
    case 'serve': {
      const { serve } = await import('./cli/serve.ts');
      await serve(invocation.config, environment, untilAsked());
      return 0;
    }
    case 'demo': {
      const { demo } = await import('./cli/demo.ts');
      await demo(invocation.config, environment, untilAsked());
      return 0;
    }
    case 'analyze': {
      const { analyzeCommand } = await import('./cli/analyze-command.ts');
      return analyzeCommand(invocation.config, environment);
    }
    case 'probe': {
      const { probe } = await import('./cli/probe.ts');
      await probe(invocation.config, untilAsked());
      return 0;
    }
    case 'check': {
      const { check } = await import('./cli/check.ts');
      return check(invocation.config, environment);
    }
  }
}

/** Aborts at the first SIGINT or SIGTERM; a second one ends the process at once. */
function untilAsked(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
