import type { RealtimeUsec } from '../model/time.ts';
import { type CgroupEventsParts, cgroupEmptied, type SeenEmpty, type SeenMove, taskMoved } from './cgroup-events.ts';
import { belowRoot, type CgroupRoot } from './cgroup-root.ts';
import { jobPulled, type SeenPull } from './job-pull.ts';
import { OpenCalls } from './open-calls.ts';
import type { People } from './people.ts';
import type { PidNames } from './pid-names.ts';
import type { CallBegan, ProbeEvent, UnitChanged } from './probe-events.ts';
import { Requests, type SeenRequest } from './requests.ts';
import type { Trust } from './self-check.ts';
import { type SeenSignal, signalSent } from './signals.ts';
import type { SystemdBuild } from './struct-offsets.ts';
import type { TaskBook } from './task-book.ts';
import { type SeenChange, UnitChanges } from './unit-changes.ts';

/** What is worth a record. */
export type Seen = SeenChange | SeenRequest | SeenSignal | SeenMove | SeenEmpty | SeenPull;

export interface ObserverParts {
  /** PID 1 as the initial namespace knows it. */
  readonly rootPid: number;
  readonly realtimeOf: (clockUsec: number) => RealtimeUsec;
  readonly root: CgroupRoot;
  readonly tasks: TaskBook;
  readonly people: People;
  readonly pids: PidNames;
  /** The cgroup a process is in right now, as /proc tells it. */
  readonly readCgroup: (pid: number) => string | undefined;
}

/** PID 1's code, where we are attached to it. */
export interface AttachedCode {
  readonly module: string;
  readonly build: SystemdBuild;
  readonly trust: Trust;
}

/** Turns the kernel's events into what is worth a record. Has no clock; asks /proc only through its parts. */
export class Observer {
  readonly #parts: ObserverParts;
  readonly #cgroupParts: CgroupEventsParts;
  readonly #calls = new OpenCalls();
  #code: AttachedCode | undefined;
  #changes: UnitChanges | undefined;
  #requests: Requests | undefined;

  constructor(parts: ObserverParts) {
    this.#parts = parts;
    this.#cgroupParts = parts;
  }

  /** Undefined where nothing inside PID 1 is to be believed. */
  attach(code: AttachedCode | undefined): void {
    const { realtimeOf, people } = this.#parts;
    this.#calls.clear();
    this.#code = code;
    this.#changes = code && new UnitChanges({ realtimeOf, module: code.module, states: code.build.states });
    this.#requests = code && new Requests({ realtimeOf, people, modes: code.build.modes, trust: code.trust });
  }

  /** PID 1 begins anew. */
  forgetCalls(): void {
    this.#calls.clear();
  }

  accept(event: ProbeEvent): Seen | undefined {
    switch (event.kind) {
      case 'signal-generated':
        return signalSent(event, this.#parts);
      case 'task-attached':
        return taskMoved(event, this.#cgroupParts);
      case 'cgroup-emptied':
        return cgroupEmptied(event, this.#cgroupParts);
      case 'task-forked':
      case 'task-executed':
      case 'task-exited':
        this.#notice(event);
        return undefined;
      default:
        return event.pid === this.#parts.rootPid ? this.#ofPidOne(event) : undefined;
    }
  }

  #notice(event: Extract<ProbeEvent, { kind: 'task-forked' | 'task-executed' | 'task-exited' }>): void {
    const { tasks, people, pids } = this.#parts;
    switch (event.kind) {
      case 'task-forked':
        tasks.forked(event.childPid, event.pid, event.clockUsec);
        pids.learn(event.childPid);
        if (event.pid === this.#parts.rootPid) this.#noticeBirthElsewhere(event.childPid);
        return;
      case 'task-executed':
        tasks.executed(event.pid, event.file.slice(event.file.lastIndexOf('/') + 1).slice(0, maxCommLength));
        people.remember(event.pid);
        return;
      case 'task-exited':
        tasks.exited(event.pid, event.name, event.clockUsec);
    }
  }

  /** From 255 on PID 1 has its children born in the cgroup of their unit, and nobody is seen to move them. */
  #noticeBirthElsewhere(pid: number): void {
    const path = this.#parts.readCgroup(pid);
    const cgroup = path === undefined ? undefined : belowRoot(this.#parts.root, path);
    if (cgroup !== undefined) this.#parts.tasks.moved(pid, cgroup);
  }

  /** Without what was read at places that are not what they should be. */
  #believed<E extends CallBegan | UnitChanged>(event: E): E {
    if (this.#code?.trust.states === true) return event;
    return { ...event, oldState: undefined, newState: undefined, state: undefined, result: undefined, mainPid: undefined };
  }

  #ofPidOne(event: PidOneEvent): Seen | undefined {
    switch (event.kind) {
      case 'call-began':
        if (this.#code?.trust.calls === true) this.#calls.began(this.#believed(event));
        return undefined;
      case 'call-ended':
        this.#calls.ended(event);
        return undefined;
      case 'unit-changed':
        return this.#changes?.accept(this.#believed(event), this.#calls.for(event.address, event.clockUsec));
      case 'job-pulled':
        return jobPulled(event, this.#calls.innermost(event.clockUsec), this.#parts.realtimeOf(event.clockUsec));
      case 'job-asked':
      case 'jobs-asked':
      case 'kill-asked':
        this.#requests?.asked(event);
        return undefined;
      case 'job-tracked':
        return this.#requests?.tracked(event);
      case 'unit-killed':
        return this.#requests?.killed(event);
      case 'authorization-asked':
        return this.#requests?.authorized(event);
    }
  }
}

const maxCommLength = 15;

type PidOneEvent = Exclude<
  ProbeEvent,
  { kind: 'signal-generated' | 'task-attached' | 'cgroup-emptied' | 'task-forked' | 'task-executed' | 'task-exited' }
>;
