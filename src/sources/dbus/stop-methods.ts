import type { RequestAction } from '../../model/evidence.ts';

/** A method that can stop something (SYSTEMD.md §3.2), and where its call says what. */
export interface StopMethod {
  readonly interface: string;
  readonly member: string;
  /** `by-job-type`: the argument at `jobType` says it. */
  readonly action: RequestAction | 'by-job-type';
  /** Index of the argument that names the unit, or of the one that names several; `path`: the object is the unit. */
  readonly unit?: number | 'path';
  readonly units?: number;
  /** Index of the job mode. */
  readonly mode?: number;
  readonly jobType?: number;
  /** Index of the argument that is a job's id; `path`: the object is the job. */
  readonly job?: number | 'path';
}

const manager = 'org.freedesktop.systemd1.Manager';
const unit = 'org.freedesktop.systemd1.Unit';
const job = 'org.freedesktop.systemd1.Job';
const logind = 'org.freedesktop.login1.Manager';

export const systemdName = 'org.freedesktop.systemd1';
export const logindName = 'org.freedesktop.login1';

export const stopMethods: readonly StopMethod[] = [
  { interface: manager, member: 'StopUnit', action: 'stop', unit: 0, mode: 1 },
  { interface: manager, member: 'RestartUnit', action: 'restart', unit: 0, mode: 1 },
  { interface: manager, member: 'TryRestartUnit', action: 'try-restart', unit: 0, mode: 1 },
  { interface: manager, member: 'ReloadOrRestartUnit', action: 'reload-or-restart', unit: 0, mode: 1 },
  { interface: manager, member: 'ReloadOrTryRestartUnit', action: 'reload-or-try-restart', unit: 0, mode: 1 },
  { interface: manager, member: 'StartUnit', action: 'start', unit: 0, mode: 1 },
  { interface: manager, member: 'StartUnitWithFlags', action: 'start', unit: 0, mode: 1 },
  { interface: manager, member: 'StartUnitReplace', action: 'start', unit: 1, mode: 2 },
  { interface: manager, member: 'StartTransientUnit', action: 'start-transient', unit: 0, mode: 1 },
  { interface: manager, member: 'EnqueueUnitJob', action: 'by-job-type', unit: 0, jobType: 1, mode: 2 },
  { interface: manager, member: 'EnqueueUnitJobMany', action: 'by-job-type', units: 0, jobType: 1, mode: 2 },
  { interface: manager, member: 'EnqueueMarkedJobs', action: 'other' },
  { interface: manager, member: 'KillUnit', action: 'kill', unit: 0 },
  { interface: manager, member: 'KillUnitSubgroup', action: 'kill', unit: 0 },
  { interface: manager, member: 'QueueSignalUnit', action: 'kill', unit: 0 },
  { interface: manager, member: 'CleanUnit', action: 'clean', unit: 0 },
  { interface: manager, member: 'AbandonScope', action: 'other', unit: 0 },
  { interface: manager, member: 'CancelJob', action: 'cancel', job: 0 },
  { interface: manager, member: 'ClearJobs', action: 'cancel' },
  { interface: manager, member: 'Reload', action: 'manager-reload' },
  { interface: manager, member: 'Reexecute', action: 'manager-reload' },
  ...['Exit', 'Reboot', 'PowerOff', 'Halt', 'KExec', 'SoftReboot', 'SwitchRoot'].map(
    (member) => ({ interface: manager, member, action: 'shutdown' }) as const,
  ),
  { interface: unit, member: 'Stop', action: 'stop', unit: 'path', mode: 0 },
  { interface: unit, member: 'Restart', action: 'restart', unit: 'path', mode: 0 },
  { interface: unit, member: 'TryRestart', action: 'try-restart', unit: 'path', mode: 0 },
  { interface: unit, member: 'ReloadOrRestart', action: 'reload-or-restart', unit: 'path', mode: 0 },
  { interface: unit, member: 'ReloadOrTryRestart', action: 'reload-or-try-restart', unit: 'path', mode: 0 },
  { interface: unit, member: 'Start', action: 'start', unit: 'path', mode: 0 },
  { interface: unit, member: 'EnqueueJob', action: 'by-job-type', unit: 'path', jobType: 0, mode: 1 },
  { interface: unit, member: 'Kill', action: 'kill', unit: 'path' },
  { interface: unit, member: 'KillSubgroup', action: 'kill', unit: 'path' },
  { interface: unit, member: 'QueueSignal', action: 'kill', unit: 'path' },
  { interface: unit, member: 'Clean', action: 'clean', unit: 'path' },
  { interface: job, member: 'Cancel', action: 'cancel', job: 'path' },
  ...['PowerOff', 'Reboot', 'Halt', 'PowerOffWithFlags', 'RebootWithFlags', 'HaltWithFlags', 'ScheduleShutdown'].map(
    (member) => ({ interface: logind, member, action: 'shutdown' }) as const,
  ),
];

const byName: ReadonlyMap<string, StopMethod> = new Map(stopMethods.map((row) => [`${row.interface}.${row.member}`, row]));

/** D-Bus lets a caller leave out the interface: then the object tells it. */
export function findStopMethod(path: string, interfaceName: string | undefined, member: string): StopMethod | undefined {
  return byName.get(`${interfaceName ?? interfaceOfPath(path)}.${member}`);
}

function interfaceOfPath(path: string): string {
  if (path.startsWith('/org/freedesktop/systemd1/unit/')) return unit;
  if (path.startsWith('/org/freedesktop/systemd1/job/')) return job;
  return path === '/org/freedesktop/login1' ? logind : manager;
}

/** systemd's job type words, as EnqueueUnitJob takes them. */
const jobTypeActions: ReadonlyMap<string, RequestAction> = new Map([
  ['start', 'start'],
  ['stop', 'stop'],
  ['restart', 'restart'],
  ['try-restart', 'try-restart'],
  ['reload', 'reload'],
  ['reload-or-start', 'start'],
  ['reload-or-restart', 'reload-or-restart'],
  ['try-reload', 'reload'],
  ['reload-or-try-restart', 'reload-or-try-restart'],
  ['try-reload-or-restart', 'reload-or-try-restart'],
]);

/** What a call asks for; `jobType` is the argument that the row points to. */
export function actionOf(method: StopMethod, jobType: unknown): RequestAction {
  if (method.action !== 'by-job-type') return method.action;
  return (typeof jobType === 'string' ? jobTypeActions.get(jobType) : undefined) ?? 'other';
}

/** Of `/org/freedesktop/systemd1/job/189`. */
export function jobIdOfPath(path: unknown): number | undefined {
  if (typeof path !== 'string') return undefined;
  const id = /^\/org\/freedesktop\/systemd1\/job\/(?<id>\d{1,10})$/.exec(path)?.groups?.['id'];
  return id === undefined ? undefined : Number(id);
}
