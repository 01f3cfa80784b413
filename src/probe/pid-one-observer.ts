import type { RealtimeUsec } from '../model/time.ts';
import { JobPulls, type SeenPull } from './job-pulls.ts';
import { OpenCalls } from './open-calls.ts';
import type { People } from './people.ts';
import type { CallBegan, PidOneEvent, UnitChanged } from './probe-events.ts';
import { Requests, type SeenRequest } from './requests.ts';
import type { Trust } from './self-check.ts';
import type { SystemdBuild } from './struct-offsets.ts';
import { activeStateOf } from './systemd-words.ts';
import { type SeenChange, UnitChanges } from './unit-changes.ts';

/** PID 1's code, where we are attached to it. */
export interface AttachedCode {
  readonly module: string;
  readonly build: SystemdBuild;
  readonly trust: Trust;
}

export interface PidOneParts {
  readonly realtimeOf: (clockUsec: number) => RealtimeUsec;
  readonly people: Pick<People, 'describeInside'>;
}

export type SeenInPidOne = SeenChange | SeenRequest | SeenPull;

/** Follows one PID 1 through one of its lives. */
export class PidOneObserver {
  readonly #realtimeOf: (clockUsec: number) => RealtimeUsec;
  readonly #trust: Trust;
  readonly #calls = new OpenCalls();
  readonly #pulls = new JobPulls();
  readonly #changes: UnitChanges;
  readonly #requests: Requests;

  constructor({ realtimeOf, people }: PidOneParts, { module, build, trust }: AttachedCode) {
    this.#realtimeOf = realtimeOf;
    this.#trust = trust;
    this.#changes = new UnitChanges({ realtimeOf, module, states: build.states });
    this.#requests = new Requests({ realtimeOf, people, modes: build.modes, trust });
  }

  /** PID 1 begins anew. */
  forgetCalls(): void {
    this.#calls.clear();
  }

  accept(event: PidOneEvent): readonly SeenInPidOne[] {
    switch (event.kind) {
      case 'call-began':
        if (this.#trust.calls) this.#calls.began(this.#believed(event));
        return [];
      case 'call-ended':
        this.#calls.ended(event);
        return [];
      case 'unit-changed':
        return this.#changed(event);
      case 'job-pulled':
        this.#pulls.pulled(event, {
          call: this.#calls.innermost(event.clockUsec),
          isAsked: event.by === undefined && this.#requests.isAskedFor(event.unit, event.clockUsec),
          atUsec: this.#realtimeOf(event.clockUsec),
        });
        return [];
      default:
        return this.#requested(event);
    }
  }

  #requested(
    event: Exclude<PidOneEvent, { kind: 'call-began' | 'call-ended' | 'unit-changed' | 'job-pulled' }>,
  ): readonly SeenRequest[] {
    switch (event.kind) {
      case 'job-asked':
      case 'jobs-asked':
      case 'kill-asked':
      case 'authorization-asked':
        this.#requests.asked(event);
        return [];
      case 'job-tracked':
        this.#pulls.asked(event.unit ?? '', event.jobId);
        return [this.#requests.tracked(event)];
      case 'unit-killed':
        return [this.#requests.killed(event)];
      case 'authorization-answered': {
        const request = this.#requests.authorized(event);
        return request === undefined ? [] : [request];
      }
    }
  }

  #changed(event: UnitChanged): readonly SeenInPidOne[] {
    const change = this.#changes.accept(this.#believed(event), this.#calls.for(event.address, event.clockUsec));
    if (change === undefined) return [];
    if (isDown(change) && change.unit !== undefined) this.#pulls.fell(change.unit, change.atUsec);
    const pull = this.#pulls.behind(change);
    return pull === undefined ? [change] : [pull, change];
  }

  /** Without what was read at places that are not what they should be. */
  #believed<E extends CallBegan | UnitChanged>(event: E): E {
    if (this.#trust.states) return event;
    return { ...event, oldState: undefined, newState: undefined, state: undefined, result: undefined, mainPid: undefined };
  }
}

function isDown({ newState = '' }: SeenChange): boolean {
  return activeStateOf(newState) === 'inactive' || activeStateOf(newState) === 'failed' || newState === 'inactive';
}
