import { readFileSync } from 'node:fs';
import { describeError } from '../logger.ts';
import { type ProbedFile, planUprobes, type UprobeDefinition } from './attach-plan.ts';
import { findFunctions } from './code-addresses.ts';
import { readDebugFile } from './debug-symbols.ts';
import { buildIdOf } from './elf/elf-build-id.ts';
import { parseElf } from './elf/elf-file.ts';
import { findSystemdFiles, type MappedFile } from './mapped-code.ts';
import { type FoundBuild, findBuild, type SystemdBuild } from './struct-offsets.ts';
import { definedUprobes, type InstanceNames } from './tracefs/instance.ts';
import type { Tracefs } from './tracefs/tracefs.ts';
import { uprobeRows } from './uprobe-table.ts';
import type { WatchedPidOne } from './watched-pid-one.ts';

/** What we are attached to in PID 1's code. */
export interface Attachment {
  /** The file that holds PID 1's code, in its own root. */
  readonly module?: string;
  /** Which file that is: it is another one after an upgrade. */
  readonly identity?: string;
  readonly version?: number;
  readonly buildId?: string;
  readonly found?: FoundBuild;
  /** Events that are on. */
  readonly events: ReadonlySet<string>;
  /** What could not be had, in words. */
  readonly problems: readonly string[];
}

export interface AttachParts extends WatchedPidOne {
  readonly tracefs: Tracefs;
  readonly names: InstanceNames;
  /** Where packages with debug information put it. */
  readonly debugDirectory: string;
}

/** Attaches to as much of PID 1 as can be found. Does not throw: what is missing is told. */
export function attachToPidOne(parts: AttachParts): Attachment {
  try {
    return attach(parts);
  } catch (error) {
    return { events: new Set(), problems: [describeError(error)] };
  }
}

function attach(parts: AttachParts): Attachment {
  const { rootPid, procfs, names } = parts;
  const files = findSystemdFiles(readFileSync(`${procfs}/${rootPid}/maps`, 'latin1'));
  if (files === undefined) return { events: new Set(), problems: [`PID ${rootPid} is not a systemd that we know`] };
  const { version, core } = files;
  const about = { module: core.path, identity: core.identity, version };
  const elf = parseElf(readFileSync(linkTo(parts, core)));
  if (elf === undefined) return { ...about, events: new Set(), problems: [`"${core.path}" is no program for x86-64`] };
  const buildId = buildIdOf(elf);
  const found = findBuild(buildId, version);
  const known = { ...about, ...(buildId === undefined ? {} : { buildId }), ...(found === undefined ? {} : { found }) };
  if (found === undefined)
    return { ...known, events: new Set(), problems: [`systemd ${version} is not in the table of structures`] };
  const shared = files.shared === undefined ? {} : { shared: probed(parts, files.shared, undefined) };
  const plan = planUprobes({ group: names.group, rootPid, ...found, core: probed(parts, core, found.build), ...shared });
  const problems: string[] = [];
  const events = plan.filter((row) => define(parts, row, problems)).map(({ event }) => event);
  return { ...known, events: new Set(events), problems };
}

/** Leads to the file that is mapped, whatever has its path by now. */
function linkTo({ rootPid, procfs }: WatchedPidOne, { range }: MappedFile): string {
  return `${procfs}/${rootPid}/map_files/${range}`;
}

function probed(parts: AttachParts, file: MappedFile, build: SystemdBuild | undefined): ProbedFile {
  const path = linkTo(parts, file);
  const elf = parseElf(readFileSync(path));
  const debug = elf && readDebugFile(parts.debugDirectory, buildIdOf(elf));
  return { path, functions: elf === undefined ? new Map() : findFunctions(elf, probedFunctions, { build, debug }) };
}

/** The names are the same whatever the structures. */
const anyOffsets = {
  unitId: 0,
  unitType: 0,
  serviceState: 0,
  serviceResult: 0,
  mainPid: 0,
  jobUnit: 0,
  jobId: 0,
  jobType: 0,
  messageBus: 0,
  messageSender: 0,
  peerPid: 0,
};
const probedFunctions: readonly string[] = [...new Set(uprobeRows(anyOffsets).map((row) => row.function))];

function define(
  { tracefs, names: { instance, actors, group } }: AttachParts,
  { event, definition, filter, hasActor }: UprobeDefinition,
  problems: string[],
): boolean {
  try {
    tracefs.append('uprobe_events', `${definition}\n`);
    for (const name of hasActor ? [instance, actors] : [instance]) {
      const directory = `instances/${name}/events/${group}/${event}`;
      tracefs.write(`${directory}/filter`, filter);
      tracefs.write(`${directory}/enable`, '1');
    }
    return true;
  } catch (error) {
    problems.push(describeError(error));
    return false;
  }
}

/** @throws where the kernel keeps one */
export function detachFromPidOne({ tracefs, names: { instance, actors, group } }: Pick<AttachParts, 'tracefs' | 'names'>): void {
  for (const name of [instance, actors]) {
    const enable = `instances/${name}/events/${group}/enable`;
    if (tracefs.has(enable)) tracefs.write(enable, '0');
  }
  for (const event of definedUprobes(tracefs.read('uprobe_events'), group))
    tracefs.append('uprobe_events', `-:${group}/${event}\n`);
}
