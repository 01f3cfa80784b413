import { accessSync, constants, lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ServeConfig } from '../config/config-types.ts';
import { describeError } from '../logger.ts';
import { systemBusAddress } from '../sources/dbus/bus-address.ts';
import { checkBus, checkProcesses } from './check-bus.ts';
import { type Finding, findingText } from './check-finding.ts';
import { checkJournal } from './check-journal.ts';
import { checkTracefs } from './check-probe.ts';
import type { Environment } from './environment.ts';

const exitStatus = { sees: 0, blind: 1 } as const;

/** Tells what each configured source can see on this host, and what the probe would; 1 where a source is blind. */
export async function check(config: ServeConfig, { out, variables }: Environment): Promise<number> {
  const sources = [
    ...(config.dbus ? [await checkBus(systemBusAddress(variables)), checkProcesses()] : []),
    ...(config.journal ? [await checkJournal()] : []),
    ...config.stapLogs.map(checkStapLog),
    ...checkPstreeDirectory(config.pstreeDirectory),
  ];
  const probe = await checkTracefs(process.getuid?.() === 0);
  const findings = [...(sources.length === 0 ? [noSource] : sources), probe, checkStorage(config.storagePath)];
  for (const finding of findings) out(findingText(finding));
  return findings.some(({ sees }) => sees === 'nothing') ? exitStatus.blind : exitStatus.sees;
}

const noSource: Finding = {
  source: 'sources',
  sees: 'nothing',
  text: 'no source is configured',
  remedy: 'serve --source.dbus=on --source.journal=on',
};

function checkStapLog(path: string): Finding {
  const problem = problemWith(path, constants.R_OK);
  if (problem === undefined) return { source: 'stap', sees: 'all', text: `reads "${path}"` };
  return {
    source: 'stap',
    sees: 'nothing',
    text: problem,
    remedy: `start the probe that writes "${path}", and let this user read it`,
  };
}

function checkPstreeDirectory(directory: string | undefined): readonly Finding[] {
  if (directory === undefined) return [];
  const problem =
    problemWith(directory, constants.R_OK | constants.W_OK) ??
    (lstatSync(directory).isDirectory() ? undefined : `"${directory}" is no directory`);
  if (problem === undefined) return [{ source: 'pstree', sees: 'all', text: `takes dumps from "${directory}"` }];
  return [{ source: 'pstree', sees: 'nothing', text: problem, remedy: `install -d -m 0700 "${directory}"` }];
}

function checkStorage(path: string | undefined): Finding {
  if (path === undefined)
    return {
      source: 'storage',
      sees: 'all',
      text: 'in memory: counters and traces are lost with the process',
      remedy: 'serve --storage.path DIRECTORY',
    };
  const problem = problemWith(path, constants.W_OK) && problemWith(dirname(path), constants.W_OK);
  return problem === undefined
    ? { source: 'storage', sees: 'all', text: `keeps incidents in "${path}"` }
    : { source: 'storage', sees: 'nothing', text: problem };
}

function problemWith(path: string, mode: number): string | undefined {
  try {
    accessSync(path, mode);
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}
