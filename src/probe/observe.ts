import { type CgroupEventsParts, cgroupEmptied, type SeenEmpty, type SeenMove, taskMoved } from './cgroup-events.ts';
import { belowRoot } from './cgroup-root.ts';
import { type AttachedCode, PidOneObserver, type SeenInPidOne } from './pid-one-observer.ts';
import type { ProbeEvent, TaskEvent } from './probe-events.ts';
import { type SeenSignal, type SeenVictim, signalSent, victimMarked } from './signals.ts';

/** What is worth a record. */
export type Seen = SeenInPidOne | SeenSignal | SeenVictim | SeenMove | SeenEmpty;

export interface ObserverParts extends CgroupEventsParts {
  /** PID 1 as the initial namespace knows it. */
  readonly rootPid: number;
  /** The cgroup a process is in right now, as /proc tells it. */
  readonly readCgroup: (pid: number) => string | undefined;
}

/** Turns the kernel's events into what is worth a record. Has no clock; asks /proc only through its parts. */
export class Observer {
  readonly #parts: ObserverParts;
  #pidOne: PidOneObserver | undefined;

  constructor(parts: ObserverParts) {
    this.#parts = parts;
  }

  /** Undefined where nothing inside PID 1 is to be believed. */
  attach(code: AttachedCode | undefined): void {
    this.#pidOne = code && new PidOneObserver(this.#parts, code);
  }

  accept(event: ProbeEvent): readonly Seen[] {
    switch (event.kind) {
      case 'signal-generated':
        return present(signalSent(event, this.#parts));
      case 'victim-marked':
        return present(victimMarked(event, this.#parts));
      case 'task-attached':
        return present(taskMoved(event, this.#parts));
      case 'cgroup-emptied':
        return present(cgroupEmptied(event, this.#parts));
      case 'socket-connecting':
        return [];
      case 'task-forked':
      case 'task-executed':
        this.#notice(event);
        return [];
      default:
        return event.pid === this.#parts.rootPid ? (this.#pidOne?.accept(event) ?? []) : [];
    }
  }

  #notice(event: TaskEvent): void {
    const { tasks, rootPid } = this.#parts;
    switch (event.kind) {
      case 'task-forked':
        tasks.forked(event.childPid, event.pid, event.clockUsec);
        if (event.comm !== nameless) tasks.named(event.pid, event.comm);
        if (event.pid === rootPid) this.#noticeOwnChild(event.childPid);
        return;
      case 'task-executed':
        tasks.named(event.pid, commOf(event.file));
        if (event.pid === rootPid) this.#pidOne?.forgetCalls();
    }
  }

  /** From 255 on PID 1 has its children born in the cgroup of their unit, and nobody is seen to move them. */
  #noticeOwnChild(pid: number): void {
    this.#parts.pids.learn(pid);
    const path = this.#parts.readCgroup(pid);
    const cgroup = path === undefined ? undefined : belowRoot(this.#parts.root, path);
    if (cgroup !== undefined) this.#parts.tasks.moved(pid, cgroup);
  }
}

const maxCommLength = 15;
/** Of a process whose name the kernel has not recorded. */
const nameless = '<...>';

function commOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).slice(0, maxCommLength);
}

function present<S>(seen: S | undefined): readonly S[] {
  return seen === undefined ? [] : [seen];
}
