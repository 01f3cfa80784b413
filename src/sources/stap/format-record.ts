import type {
  CallPath,
  CgroupEmptied,
  JobPulled,
  OomVictim,
  SignalSent,
  StopRequest,
  TaskMoved,
  Told,
} from '../../model/evidence.ts';
import type { Ancestry, Process } from '../../model/process.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import { formatFrameRow } from './frame-row.ts';
import { formatKeyValue } from './key-values.ts';
import { formatProcessRow } from './process-row.ts';
import { maxFrames, maxProcesses, maxRecordLength } from './record-limits.ts';

export type RecordContent =
  | Told<CallPath>
  | Told<StopRequest>
  | Told<JobPulled>
  | Told<SignalSent>
  | Told<OomVictim>
  | Told<TaskMoved>
  | Told<CgroupEmptied>;

interface RecordParts {
  readonly kind: string;
  readonly fields: Readonly<Record<string, string | number | undefined>>;
  /** Lines before the processes. */
  readonly rows: readonly string[];
  readonly ancestry: Ancestry;
}

/**
 * A record of stap/RECORD.md with its line breaks. `sequence` counts the stream's records. What a record has
 * no room for is left out: frames and parents beyond the bounds, arguments where they are too long.
 */
export function formatRecord(content: RecordContent, sequence: number): string {
  const parts = partsOf(content);
  const processes = parts.ancestry.slice(-maxProcesses).reverse();
  const withCommands = [processes.length, 1, 0].map((count) => {
    const rows = processes.map((process, index) => formatProcessRow('process', process, index < count));
    return frameRecord(parts, content.atUsec, sequence, [...parts.rows, ...rows]);
  });
  return withCommands.find((text) => text.length < maxRecordLength) ?? withCommands.at(-1) ?? '';
}

/** The record that says how many events the probe could not print since its last record. */
export function formatLost(events: number, atUsec: RealtimeUsec, sequence: number): string {
  return frameRecord({ kind: 'lost', fields: { events } }, atUsec, sequence, []);
}

function frameRecord(
  { kind, fields }: Pick<RecordParts, 'kind' | 'fields'>,
  atUsec: RealtimeUsec,
  sequence: number,
  rows: readonly string[],
): string {
  const pairs = Object.entries({ t: atUsec, ...fields }).flatMap(([key, value]) =>
    value === undefined ? [] : [formatKeyValue(key, value)],
  );
  const name = `${sequence} ${kind}`;
  return [`begin ${name} ${pairs.join(' ')}`, ...rows, `end ${name} lines=${rows.length}`, ''].join('\n');
}

function partsOf(content: RecordContent): RecordParts {
  switch (content.kind) {
    case 'call-path':
      return stopParts(content);
    case 'request':
      return requestParts(content);
    case 'job-pulled':
      return pullParts(content);
    case 'signal':
      return signalParts(content);
    case 'oom-victim':
      return {
        kind: 'oom',
        fields: { unit: content.unit },
        rows: [formatProcessRow('target', content.target, true)],
        ancestry: [],
      };
    case 'cgroup-move':
      return {
        kind: 'move',
        fields: { from: content.from, to: content.to, unit: content.unit },
        rows: [formatProcessRow('task', content.task, true)],
        ancestry: ancestryOf(content.sender, content.ancestry),
      };
    case 'cgroup-empty':
      return {
        kind: 'empty',
        fields: { cgroup: content.cgroup, unit: content.unit, how: content.how },
        rows: [],
        ancestry: ancestryOf(content.by, content.ancestry),
      };
  }
}

function stopParts(content: Told<CallPath>): RecordParts {
  const fields = {
    unit: content.unit,
    function: content.function,
    result: content.result,
    old_state: content.oldState,
    new_state: content.newState,
    main_pid: content.mainPid,
    control_pid: content.controlPid,
    invocation_id: content.invocationId,
    exit_code: content.exit?.code,
    exit_status: content.exit?.status,
  };
  return { kind: 'stop', fields, rows: content.frames.slice(0, maxFrames).map(formatFrameRow), ancestry: [] };
}

function requestParts(content: Told<StopRequest>): RecordParts {
  const fields = {
    unit: content.unit,
    action: content.action,
    mode: content.mode,
    method: content.method,
    job: content.jobId,
    bus_name: content.busName,
    serial: content.serial,
  };
  return { kind: 'request', fields, rows: [], ancestry: ancestryOf(content.sender, content.ancestry) };
}

function pullParts({ unit, action, byUnit, byJob }: Told<JobPulled>): RecordParts {
  const fields = { unit, action, by_unit: byUnit, by_job: byJob?.id, by_action: byJob?.action };
  return { kind: 'pull', fields, rows: [], ancestry: [] };
}

/** si_code of a signal of the kernel's (SI_KERNEL), and of one of a process's (SI_USER). */
const codeOfKernel = 128;
const codeOfUser = 0;

function signalParts(content: Told<SignalSent>): RecordParts {
  const code = content.fromKernel === true ? codeOfKernel : codeOfUser;
  return {
    kind: 'signal',
    fields: { signal: content.signal, code: content.fromKernel === undefined ? undefined : code, unit: content.unit },
    rows: [formatProcessRow('target', content.target, true)],
    ancestry: ancestryOf(content.sender, content.ancestry),
  };
}

function ancestryOf(sender: Process | undefined, ancestry: Ancestry | undefined): Ancestry {
  if (ancestry !== undefined && ancestry.length > 0) return ancestry;
  return sender === undefined ? [] : [sender];
}
