import type { CodeOffsets } from './code-addresses.ts';
import type { SystemdBuild } from './struct-offsets.ts';
import { type UprobeRow, uprobeRows } from './uprobe-table.ts';

/** A line for `uprobe_events`, and the filter of its event. */
export interface UprobeDefinition {
  readonly event: string;
  readonly definition: string;
  readonly filter: string;
  readonly hasActor: boolean;
}

/** A file as the kernel can find it, and the functions in it. */
export interface ProbedFile {
  readonly path: string;
  readonly functions: CodeOffsets;
}

export interface AttachPlanParts {
  readonly group: string;
  readonly rootPid: number;
  readonly build: SystemdBuild;
  readonly core: ProbedFile;
  readonly shared?: ProbedFile;
}

/** What to define for the functions that there are. */
export function planUprobes({ group, rootPid, build, core, shared }: AttachPlanParts): readonly UprobeDefinition[] {
  const rows = uprobeRows(build.offsets).filter((row) => isWanted(row, core.functions));
  return rows.flatMap((row) => {
    const file = row.file === 'core' ? core : shared;
    const offset = file?.functions.get(row.function);
    if (file === undefined || offset === undefined) return [];
    const kind = row.atReturn === true ? 'r' : 'p';
    const place = `${file.path}:0x${offset.toString(16)}`;
    return [
      {
        event: row.event,
        definition: `${kind}:${group}/${row.event} ${place} ${row.arguments}`.trimEnd(),
        hasActor: row.hasActor === true,
        filter: [`common_pid==${rootPid}`, ...(row.filter === undefined ? [] : [`(${row.filter})`])].join(' && '),
      },
    ];
  });
}

/** Two views of one thing: the second only where the first is not to be had. */
const substitutes: Readonly<Record<string, string>> = {
  service_set_state: 'unit_notify',
  bus_verify_polkit_async: 'bus_job_track_sender',
};

/** Tells what another one means, and nothing by itself: the compiler may have put that one into its caller. */
const companions: Readonly<Record<string, string>> = {
  bus_unit_queue_job: 'bus_job_track_sender',
  bus_unit_method_kill: 'unit_kill',
};

function isWanted({ function: name }: UprobeRow, functions: CodeOffsets): boolean {
  const [better, companion] = [substitutes[name], companions[name]];
  return (better === undefined || !functions.has(better)) && (companion === undefined || functions.has(companion));
}
