import { accessSync, constants, lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ServeConfig } from '../config/config-types.ts';
import { describeError } from '../logger.ts';
import type { Environment } from './environment.ts';

/** What one source can see here, and what to do about what it cannot. */
interface Finding {
  readonly source: string;
  readonly sees: boolean;
  readonly text: string;
  readonly remedy?: string;
}

const exitStatus = { sees: 0, blind: 1 } as const;

/** Tells what each configured source can see on this host; 1 where one of them is blind. */
export function check(config: ServeConfig, { out }: Environment): number {
  const findings = [
    ...config.stapLogs.map(checkStapLog),
    ...checkPstreeDirectory(config.pstreeDirectory),
    checkStorage(config.storagePath),
  ];
  if (config.stapLogs.length === 0 && config.pstreeDirectory === undefined)
    findings.push({ source: 'sources', sees: false, text: 'no source is configured', remedy: 'serve --source.stap.log FILE' });
  for (const { source, sees, text, remedy } of findings)
    out(
      `${sees ? 'ok   ' : 'BLIND'} ${source.padEnd(8)} ${text}${remedy === undefined ? '' : `\n               do: ${remedy}`}\n`,
    );
  return findings.every(({ sees }) => sees) ? exitStatus.sees : exitStatus.blind;
}

function checkStapLog(path: string): Finding {
  const problem = problemWith(path, constants.R_OK);
  if (problem === undefined) return { source: 'stap', sees: true, text: `reads "${path}"` };
  return {
    source: 'stap',
    sees: false,
    text: problem,
    remedy: `start the probe that writes "${path}", and let this user read it`,
  };
}

function checkPstreeDirectory(directory: string | undefined): readonly Finding[] {
  if (directory === undefined) return [];
  const problem =
    problemWith(directory, constants.R_OK | constants.W_OK) ??
    (lstatSync(directory).isDirectory() ? undefined : `"${directory}" is no directory`);
  if (problem === undefined) return [{ source: 'pstree', sees: true, text: `takes dumps from "${directory}"` }];
  return [{ source: 'pstree', sees: false, text: problem, remedy: `install -d -m 0700 "${directory}"` }];
}

function checkStorage(path: string | undefined): Finding {
  if (path === undefined)
    return {
      source: 'storage',
      sees: true,
      text: 'in memory: counters and traces are lost with the process',
      remedy: 'serve --storage.path DIRECTORY',
    };
  const problem = problemWith(path, constants.W_OK) && problemWith(dirname(path), constants.W_OK);
  return problem === undefined
    ? { source: 'storage', sees: true, text: `keeps incidents in "${path}"` }
    : { source: 'storage', sees: false, text: problem };
}

function problemWith(path: string, mode: number): string | undefined {
  try {
    accessSync(path, mode);
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}
