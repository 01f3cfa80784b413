import type { RequestAction, StopRequest, Told } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { present } from '../sources/present.ts';
import type { People } from './people.ts';
import type {
  AuthorizationAnswered,
  AuthorizationAsked,
  Caller,
  JobAsked,
  JobsAsked,
  JobTracked,
  KillAsked,
  UnitKilled,
} from './probe-events.ts';
import type { Trust } from './self-check.ts';
import { actionOfJob, type JobModes } from './systemd-words.ts';

/** Somebody's request, as a record has it. */
export type SeenRequest = Told<StopRequest>;

export interface RequestsParts {
  readonly realtimeOf: (clockUsec: number) => RealtimeUsec;
  readonly people: Pick<People, 'describeInside'>;
  readonly modes: JobModes;
  readonly trust: Pick<Trust, 'callers'>;
}

/** PID 1 does all of a call in one go, before it turns to the next. */
const oneGoUsec = 1_000_000;
const reloadIfPossible = 1;

/** Turns what PID 1 does for a client into requests. */
export class Requests {
  readonly #parts: RequestsParts;
  #jobAsked: JobAsked | undefined;
  #jobsAsked: JobsAsked | undefined;
  /** None of them has been queued yet. */
  #isQueueingJobs = false;
  #killAsked: KillAsked | undefined;
  #authorizationAsked: AuthorizationAsked | undefined;
  #authorized: AuthorizationAsked | undefined;

  constructor(parts: RequestsParts) {
    this.#parts = parts;
  }

  /** Kept until its job is queued: a call that fails stops nothing. */
  asked(event: JobAsked | JobsAsked | KillAsked | AuthorizationAsked): void {
    if (event.kind === 'job-asked') this.#jobAsked = event;
    else if (event.kind === 'jobs-asked') [this.#jobsAsked, this.#isQueueingJobs] = [event, true];
    else if (event.kind === 'kill-asked') this.#killAsked = event;
    else this.#authorizationAsked = event;
  }

  /** The job's own type tells less than the call: a try-restart has become a restart by now. */
  tracked(job: JobTracked): SeenRequest {
    const call = within(this.#jobAsked, job);
    const one = call?.unit === job.unit ? call : undefined;
    const many = one === undefined ? within(this.#jobsAsked, job) : undefined;
    if (one !== undefined) this.#jobAsked = undefined;
    this.#isQueueingJobs = false;
    const type = one?.type ?? many?.type ?? job.type;
    return {
      ...this.#request(one ?? job, job.unit, actionOfJob(type, ((one?.flags ?? 0) & reloadIfPossible) !== 0), one ?? many ?? job),
      jobId: job.jobId,
    };
  }

  /** PID 1 is about to queue just this job for somebody. */
  isAskedFor(unit: string | undefined, clockUsec: number): boolean {
    const isAuthorized = unit !== undefined && within(this.#authorized, { clockUsec })?.unit === unit;
    // Nothing else tells that it has been done.
    if (isAuthorized) this.#authorized = undefined;
    const isAsked = unit !== undefined && within(this.#jobAsked, { clockUsec })?.unit === unit;
    const isOneOfMany = this.#isQueueingJobs && within(this.#jobsAsked, { clockUsec }) !== undefined;
    return isOneOfMany || isAuthorized || isAsked;
  }

  killed(event: UnitKilled): SeenRequest {
    const call = within(this.#killAsked, event);
    return this.#request(call?.unit === event.unit ? (call ?? {}) : {}, event.unit, 'kill', event);
  }

  /** Somebody may: the job is queued right after. */
  authorized({ answer, ...at }: AuthorizationAnswered): SeenRequest | undefined {
    const event = within(this.#authorizationAsked, at);
    this.#authorizationAsked = undefined;
    if (answer > 0) this.#authorized = event;
    const action = event?.verb === undefined ? undefined : actionsOfVerbs[event.verb];
    return event === undefined || action === undefined || answer <= 0
      ? undefined
      : this.#request(event, event.unit, action, event);
  }

  #request(
    caller: Caller,
    unit: string | undefined,
    action: RequestAction,
    at: { readonly clockUsec: number; readonly mode?: number },
  ): SeenRequest {
    const { busName, peerPid } = caller;
    const isPrivate = this.#parts.trust.callers && busName === undefined && peerPid !== undefined && peerPid > 1;
    return present({
      kind: 'request' as const,
      atUsec: this.#parts.realtimeOf(at.clockUsec),
      unit,
      action,
      mode: at.mode === undefined ? undefined : this.#parts.modes[at.mode],
      busName,
      ...(isPrivate ? this.#parts.people.describeInside(peerPid, at.clockUsec) : {}),
    });
  }
}

function within<E extends { readonly clockUsec: number }>(
  earlier: E | undefined,
  { clockUsec }: { readonly clockUsec: number },
): E | undefined {
  return earlier !== undefined && clockUsec - earlier.clockUsec <= oneGoUsec ? earlier : undefined;
}

/** The verbs of `bus_verify_manage_units_async_full` (dbus-unit.c). */
const actionsOfVerbs: Readonly<Record<string, RequestAction>> = {
  start: 'start',
  stop: 'stop',
  restart: 'restart',
  'try-restart': 'try-restart',
  'reload-or-restart': 'reload-or-restart',
  'reload-or-try-restart': 'reload-or-try-restart',
  kill: 'kill',
};
