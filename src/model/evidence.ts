import type { Frames } from './frame.ts';
import type { Ancestry, Process } from './process.ts';
import type { RealtimeUsec } from './time.ts';

/** Where evidence enters. */
export const sourceNames = ['dbus', 'stap', 'tracefs', 'pstree', 'journal', 'proc'] as const;
export type SourceName = (typeof sourceNames)[number];

/** One thing that one source saw. */
export type Evidence =
  | CallPath
  | StopRequest
  | JobPulled
  | SignalSent
  | OomVictim
  | TaskMoved
  | CgroupEmptied
  | UnitState
  | ServiceState
  | JobAdded
  | JobRemoved
  | UnitRemoved
  | UnitRelations
  | BusPeer
  | ProcessTree
  | JournalEntry;

export type EvidenceKind = Evidence['kind'];

interface Witnessed {
  readonly source: SourceName;
  /**
   * When it happened by the witness's clock, or else when it was seen; the order of evidence.
   * Absent only where a recording gives no time at all.
   */
  readonly atUsec?: RealtimeUsec;
  /** The file and line it was read from. */
  readonly origin?: { readonly file: string; readonly line: number };
  /** What the witness printed, redacted, at most `maxRawLength` characters. */
  readonly raw: string;
}

/** What is told before it is written down: by nobody in particular yet, but with its time. */
export type Told<E extends Evidence> = Omit<E, keyof Witnessed> & { readonly atUsec: RealtimeUsec };

export const maxRawLength = 4096;

/** PID 1 was in this function for this unit (stap, or tracefs without unwinding). */
export interface CallPath extends Witnessed {
  readonly kind: 'call-path';
  readonly unit?: string;
  /** The probed function; the innermost frame where the record does not name it. */
  readonly function?: string;
  readonly frames: Frames;
  /** systemd's ServiceResult word given to the function. */
  readonly result?: string;
  /** systemd's ServiceState or UnitActiveState word before the call. */
  readonly oldState?: string;
  /** … and after it, where the function sets one. */
  readonly newState?: string;
  readonly mainPid?: number;
  readonly controlPid?: number;
  readonly invocationId?: string;
  /** How the main process ended, where PID 1 was told of it in this call. */
  readonly exit?: ProcessExit;
}

export interface ProcessExit {
  readonly code: 'exited' | 'killed' | 'dumped';
  /** Exit status or signal number. */
  readonly status: number;
}

/** Somebody asked systemd for a job, a signal or a shutdown. */
export interface StopRequest extends Witnessed {
  readonly kind: 'request';
  /** Absent where the call names no unit (PowerOff) or the witness does not show it. */
  readonly unit?: string;
  /** What was asked: systemd's job type, or `kill`, or the manager's method in systemd's words. */
  readonly action: RequestAction;
  /** systemd's job mode (`replace`, `isolate`, …). */
  readonly mode?: string;
  /** D-Bus member, e.g. `StopUnit`. */
  readonly method?: string;
  readonly jobId?: number;
  /** Unique bus name of the caller. */
  readonly busName?: string;
  /** Serial of the method call on that name: with it the key of the reply. */
  readonly serial?: number;
  /** The caller, where the witness knows it. */
  readonly sender?: Process;
  readonly ancestry?: Ancestry;
  /** The error name of the reply, where the request was refused. */
  readonly refused?: string;
}

/** Somebody who connected to PID 1's private socket, and nobody knows what for. */
export function isConnection({ unit, action, sender, busName }: StopRequest): boolean {
  return unit === undefined && action === 'other' && sender !== undefined && busName === undefined;
}

export const requestActions = [
  'start',
  'stop',
  'restart',
  'try-restart',
  'reload',
  'reload-or-restart',
  'reload-or-try-restart',
  'kill',
  'start-transient',
  'cancel',
  'clean',
  'shutdown',
  'manager-reload',
  'other',
] as const;
export type RequestAction = (typeof requestActions)[number];

/** PID 1 itself put a job on a unit because of another unit (transaction_add_job_and_dependencies). */
export interface JobPulled extends Witnessed {
  readonly kind: 'job-pulled';
  readonly unit: string;
  readonly action: RequestAction;
  /** The unit at the beginning of the transaction, which nothing else pulled in; absent where it was not seen. */
  readonly byUnit?: string;
  /** Its job; absent where no job of it but its change of state did. */
  readonly byJob?: { readonly id?: number; readonly action: RequestAction };
}

/** A process sent a signal (signal:signal_generate). */
export interface SignalSent extends Witnessed {
  readonly kind: 'signal';
  readonly signal: number;
  readonly sender: Process;
  readonly ancestry?: Ancestry;
  readonly target: Process;
  /** The unit of the target's cgroup, where the witness knows it. */
  readonly unit?: string;
  /** Sent by the kernel itself (SI_KERNEL): a fault, the OOM killer, the end of a pid namespace. */
  readonly fromKernel?: boolean;
}

/** The kernel chose a process to free its memory (oom:mark_victim); the SIGKILL it sends is another event. */
export interface OomVictim extends Witnessed {
  readonly kind: 'oom-victim';
  readonly target: Process;
  /** The unit of the victim's cgroup, where the witness knows it. */
  readonly unit?: string;
}

/** A process wrote a task into another cgroup (cgroup:cgroup_attach_task). */
export interface TaskMoved extends Witnessed {
  readonly kind: 'cgroup-move';
  readonly task: Process;
  readonly from?: string;
  readonly to: string;
  readonly sender: Process;
  readonly ancestry?: Ancestry;
  /** The unit the task was moved out of. */
  readonly unit?: string;
}

/** A cgroup became empty (cgroup:cgroup_notify_populated val=0). */
export interface CgroupEmptied extends Witnessed {
  readonly kind: 'cgroup-empty';
  readonly cgroup: string;
  readonly unit?: string;
  /** The process in whose context the kernel noticed: the last one to exit, or who moved the last one away. */
  readonly by: Process;
  readonly ancestry?: Ancestry;
  /** `exit` where that process was itself the last task, `migration` where it wrote to cgroup.procs. */
  readonly how?: 'exit' | 'migration';
}

/** org.freedesktop.systemd1.Unit properties as PropertiesChanged carried them, or as asked for. */
export interface UnitState extends Witnessed {
  readonly kind: 'unit-state';
  readonly unit: string;
  readonly activeState?: string;
  readonly subState?: string;
  /** 0 where the unit has no job. */
  readonly jobId?: number;
  readonly stateChangedAtUsec?: RealtimeUsec;
  readonly activeEnteredAtUsec?: RealtimeUsec;
  readonly activeExitedAtUsec?: RealtimeUsec;
  readonly inactiveEnteredAtUsec?: RealtimeUsec;
  readonly inactiveExitedAtUsec?: RealtimeUsec;
  readonly conditionResult?: boolean;
  readonly invocationId?: string;
  /** Unique bus name of the manager that sent it. */
  readonly busName?: string;
  /** Asked for by us at start or after a gap, not announced by systemd. */
  readonly initial?: boolean;
}

/** org.freedesktop.systemd1.Service properties. */
export interface ServiceState extends Witnessed {
  readonly kind: 'service-state';
  readonly unit: string;
  readonly mainPid?: number;
  readonly controlPid?: number;
  readonly result?: string;
  readonly execMainPid?: number;
  /** waitid()'s code: 1 exited, 2 killed, 3 dumped; 0 where no main process has ended. */
  readonly execMainCode?: number;
  readonly execMainStatus?: number;
  readonly restarts?: number;
  /** Service type (`dbus`, `forking`, …), where it was asked for. */
  readonly serviceType?: string;
  readonly statusText?: string;
  readonly busName?: string;
}

/** Manager.JobNew. */
export interface JobAdded extends Witnessed {
  readonly kind: 'job-added';
  readonly jobId: number;
  readonly unit: string;
  /** systemd's JobType, where it was asked for in time. */
  readonly jobType?: string;
}

/** Manager.JobRemoved. */
export interface JobRemoved extends Witnessed {
  readonly kind: 'job-removed';
  readonly jobId: number;
  readonly unit: string;
  readonly result: string;
}

/** Manager.UnitRemoved: systemd forgot the unit. */
export interface UnitRemoved extends Witnessed {
  readonly kind: 'unit-removed';
  readonly unit: string;
}

/** How jobs of other units can stop this one, as the manager had them loaded (SYSTEMD.md §4). */
export interface UnitRelations extends Witnessed {
  readonly kind: 'unit-relations';
  readonly unit: string;
  readonly relations: readonly UnitRelation[];
}

export interface UnitRelation {
  /** systemd's property: `BindsTo`, `PartOf`, `Conflicts`, `StopWhenUnneeded`, … */
  readonly relation: string;
  /** The unit whose job, or end, stops this one. */
  readonly unit: string;
  /** What that unit must do for it. */
  readonly when: 'stop' | 'start';
}

/** Who is behind a unique bus name. */
export interface BusPeer extends Witnessed {
  readonly kind: 'bus-peer';
  readonly busName: string;
  readonly process: Process;
  readonly ancestry?: Ancestry;
}

/** A dump of `pstree -psa`. */
export interface ProcessTree extends Witnessed {
  readonly kind: 'process-tree';
  /** The unit whose stop made the dump, where the spool says so. */
  readonly unit?: string;
  /** One ancestry for each process that asks systemd to stop something by its command line. */
  readonly requests: readonly TreeRequest[];
}

/** A process of a dump whose command line asks systemd to stop units. */
export interface TreeRequest {
  readonly units: readonly string[];
  readonly action: RequestAction;
  readonly ancestry: Ancestry;
}

/** A journal entry that bears on a stop, by its MESSAGE_ID (SYSTEMD.md §5). */
export interface JournalEntry extends Witnessed {
  readonly kind: 'journal';
  readonly event: JournalEvent;
  readonly unit?: string;
  readonly message: string;
  readonly invocationId?: string;
  readonly jobId?: number;
  readonly jobType?: string;
  readonly jobResult?: string;
  readonly unitResult?: string;
  /** `exited`, `killed` or `dumped`. */
  readonly exitCode?: string;
  /** Exit status or signal number. */
  readonly exitStatus?: number;
  /** `main` or `control`, as the message's process. */
  readonly process?: 'main' | 'control';
  /** The client systemd names in its own words (`requested from client PID …`). */
  readonly sender?: Process;
  readonly restarts?: number;
  readonly cursor?: string;
  readonly host?: JournalHost;
}

/** The machine an entry was written on. */
export interface JournalHost {
  readonly machineId?: string;
  readonly bootId?: string;
  readonly hostname?: string;
}

export const journalEvents = [
  'starting',
  'started',
  'stopping',
  'stopped',
  'job-failed',
  'success',
  'failure',
  'process-exit',
  'restart-scheduled',
  'skipped',
  'out-of-memory',
  'oomd-kill',
  'timed-out',
  'runtime-limit',
  'watchdog',
  'killing',
  'client-signal',
  'manager-request',
  'manager-signal',
  'shutdown',
  'core-dump',
  'bus-name-lost',
] as const;
export type JournalEvent = (typeof journalEvents)[number];
