import type { ServiceFunction } from './struct-offsets.ts';

/** What the kernel tells us, decoded: numbers are systemd's and the kernel's own. */
export type ProbeEvent = PidOneEvent | KernelEvent | TaskEvent;

/** Of functions of PID 1's, and of whoever else runs that code: user managers do. */
export type PidOneEvent =
  | UnitChanged
  | CallBegan
  | CallEnded
  | JobAsked
  | JobsAsked
  | JobTracked
  | JobPulled
  | AuthorizationAsked
  | AuthorizationAnswered
  | KillAsked
  | UnitKilled;

export type KernelEvent = SignalGenerated | VictimMarked | TaskAttached | CgroupEmptied | SocketConnecting;

/** Who there is: PID 1's own children, and programs that begin. Of all others births, names and ends are told to the TaskBook. */
export type TaskEvent = TaskForked | TaskExecuted;

interface Happened {
  /** Microseconds of the trace's clock. */
  readonly clockUsec: number;
  /** In whose context, by the pids of the initial namespace. */
  readonly pid: number;
  readonly comm: string;
}

/** `unit_notify` or `service_set_state`: a service has changed its state. */
export interface UnitChanged extends Happened {
  readonly kind: 'unit-changed';
  readonly function: 'unit_notify' | 'service_set_state';
  /** Address of the Unit: which of PID 1's calls belong together. */
  readonly address: string;
  readonly unit?: string;
  /** UnitActiveState numbers, where the function is given them. */
  readonly oldActive?: number;
  readonly newActive?: number;
  /** ServiceState numbers, where they are known. */
  readonly oldState?: number;
  readonly newState?: number;
  readonly result?: number;
  readonly mainPid?: number;
}

/** PID 1 has entered one of the service's methods. */
export interface CallBegan extends Happened {
  readonly kind: 'call-began';
  readonly function: ServiceFunction;
  readonly address: string;
  readonly unit?: string;
  readonly state?: number;
  readonly mainPid?: number;
  /** Of `service_sigchld_event`: the process that ended, waitid()'s code, and its status. */
  readonly child?: { readonly pid: number; readonly code: number; readonly status: number };
}

export interface CallEnded extends Happened {
  readonly kind: 'call-ended';
  readonly function: ServiceFunction;
}

/** Who made a call: over the private socket the bus name is absent and the pid that of the caller. */
export interface Caller {
  readonly busName?: string;
  readonly peerPid?: number;
}

/** `bus_unit_queue_job`: a client's call has been allowed, its job is about to be queued. */
export interface JobAsked extends Happened, Caller {
  readonly kind: 'job-asked';
  readonly unit?: string;
  readonly type: number;
  readonly mode: number;
  readonly flags: number;
}

/** `manager_add_jobs` (262): one call for many units. */
export interface JobsAsked extends Happened {
  readonly kind: 'jobs-asked';
  readonly type: number;
  readonly mode: number;
}

/** `bus_job_track_sender`: the job is queued, for this client. */
export interface JobTracked extends Happened, Caller {
  readonly kind: 'job-tracked';
  readonly unit?: string;
  readonly type: number;
  readonly jobId: number;
}

/** `transaction_add_job_and_dependencies`: a job for this unit, because of another job where there is one. */
export interface JobPulled extends Happened {
  readonly kind: 'job-pulled';
  readonly unit?: string;
  readonly type: number;
  readonly by?: { readonly unit: string; readonly jobId: number; readonly type: number };
}

/** `bus_verify_polkit_async`, all there is to see by name of a request up to systemd 250. */
export interface AuthorizationAsked extends Happened, Caller {
  readonly kind: 'authorization-asked';
  readonly unit?: string;
  readonly verb?: string;
}

/** Its return value: positive is yes, 0 is to be asked again. */
export interface AuthorizationAnswered extends Happened {
  readonly kind: 'authorization-answered';
  readonly answer: number;
}

/** `bus_unit_method_kill`: a client wants a signal sent. */
export interface KillAsked extends Happened, Caller {
  readonly kind: 'kill-asked';
  readonly unit?: string;
}

/** `unit_kill`: it is being sent. */
export interface UnitKilled extends Happened {
  readonly kind: 'unit-killed';
  readonly unit?: string;
  readonly signal: number;
}

export interface SignalGenerated extends Happened {
  readonly kind: 'signal-generated';
  readonly signal: number;
  readonly code: number;
  readonly targetPid: number;
  readonly targetComm: string;
}

/** The kernel's OOM killer has chosen. */
export interface VictimMarked extends Happened {
  readonly kind: 'victim-marked';
  readonly targetPid: number;
  /** Since Linux 6.8. */
  readonly targetComm?: string;
}

export interface TaskAttached extends Happened {
  readonly kind: 'task-attached';
  readonly hierarchy: number;
  readonly path: string;
  readonly taskPid: number;
  readonly taskComm: string;
}

export interface CgroupEmptied extends Happened {
  readonly kind: 'cgroup-emptied';
  readonly hierarchy: number;
  readonly path: string;
}

/** connect(): where to, only its caller's memory tells. */
export interface SocketConnecting extends Happened {
  readonly kind: 'socket-connecting';
  readonly address: number;
  readonly length: number;
}

export interface TaskForked extends Happened {
  readonly kind: 'task-forked';
  readonly childPid: number;
}

export interface TaskExecuted extends Happened {
  readonly kind: 'task-executed';
  readonly file: string;
}
