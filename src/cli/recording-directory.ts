import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedFiles } from './replay.ts';

/** How the files of a recording are named: the beginning tells the format. */
const prefixes: readonly (readonly [string, keyof RecordedFiles])[] = [
  ['stap', 'stap'],
  ['dbus-monitor', 'dbusMonitor'],
  ['busctl-monitor', 'busctlMonitor'],
  ['busctl-list', 'busctlList'],
  ['systemctl-show', 'systemctlShow'],
  ['pstree', 'pstree'],
  ['journal', 'journal'],
];

/** The evidence in a directory of `test/scenarios/`; other files in it are for people. */
export function recordedFilesIn(directory: string): RecordedFiles {
  const files: Record<keyof RecordedFiles, string[]> = {
    stap: [],
    dbusMonitor: [],
    busctlMonitor: [],
    busctlList: [],
    systemctlShow: [],
    pstree: [],
    journal: [],
  };
  for (const name of readdirSync(directory).sort()) {
    const format = prefixes.find(([prefix]) => name.startsWith(prefix))?.[1];
    if (format !== undefined) files[format].push(join(directory, name));
  }
  return files;
}
