import { OpenCalls } from './open-calls.ts';
import type { PidNames } from './pid-names.ts';
import type { ProbeEvent, UnitChanged } from './probe-events.ts';
import type { SystemdBuild } from './struct-offsets.ts';
import { activeStateOf } from './systemd-words.ts';
import type { TaskBook } from './task-book.ts';
import { isConsistent, stateAfter } from './unit-state.ts';

/** Whether what is read out of PID 1's memory is what it should be. */
export interface Trust {
  /** Units are called by their names. */
  readonly names: boolean;
  /** States, results and main processes. */
  readonly states: boolean;
  /** The pid of a caller over the private socket. */
  readonly callers: boolean;
  /** The services' methods are those we take them for. */
  readonly calls: boolean;
}

/** The command that stops the unit by its pid as PID 1 sees it, or by that of its parent as the kernel's events have it. */
export interface ExpectedCaller {
  readonly pid: number;
  readonly isInside: boolean;
}

/** To know the caller by. */
export interface SelfCheckParts {
  readonly pids: Pick<PidNames, 'outside'>;
  readonly tasks: Pick<TaskBook, 'find'>;
}

const sigterm = 15;
const killed = 2;

/** Watches a unit of our own being started and stopped, of which we know how it goes. */
export class SelfCheck {
  readonly #unit: string;
  readonly #build: SystemdBuild;
  readonly #who: SelfCheckParts;
  readonly #calls = new OpenCalls();
  readonly #changes: { readonly change: UnitChanged; readonly functions: readonly string[] }[] = [];
  readonly #callers: number[] = [];
  #expectedCaller: ExpectedCaller | undefined;
  #exit: { readonly pid: number; readonly mainPid: number | undefined; readonly isTerminated: boolean } | undefined;

  constructor(unit: string, build: SystemdBuild, who: SelfCheckParts) {
    this.#unit = unit;
    this.#build = build;
    this.#who = who;
  }

  expectCaller(caller: ExpectedCaller): void {
    this.#expectedCaller = caller;
  }

  accept(event: ProbeEvent): void {
    switch (event.kind) {
      case 'call-began':
        this.#calls.began(event);
        if (event.unit === this.#unit && event.child !== undefined) {
          const { pid, code, status } = event.child;
          this.#exit = { pid, mainPid: event.mainPid, isTerminated: code === killed && status === sigterm };
        }
        return;
      case 'call-ended':
        this.#calls.ended(event);
        return;
      case 'unit-changed': {
        const functions = this.#calls.for(event.address, event.clockUsec).map((call) => call.function);
        if (event.unit === this.#unit) this.#changes.push({ change: event, functions });
        return;
      }
      case 'job-tracked':
      case 'authorization-asked':
        if (event.unit === this.#unit && event.busName === undefined) this.#callers.push(event.peerPid ?? 0);
        return;
      default:
        return;
    }
  }

  /** It is over when it is at rest again. */
  get isOver(): boolean {
    const last = this.#changes.at(-1);
    return this.#changes.length > 1 && last !== undefined && this.#activeOf(last.change) === 'inactive';
  }

  get trust(): Trust {
    const names = this.#changes.length > 0;
    const states = names && this.isOver && this.#changes.every(({ change }) => this.#isRight(change)) && this.#knewMain();
    const stop = this.#changes.find(({ change }) => this.#activeOf(change) === 'deactivating');
    const calls = stop?.functions[0] === 'service_stop' && this.#exit?.isTerminated === true;
    return { names, states, calls, callers: this.#callers.some((peerPid) => this.#isExpected(peerPid)) };
  }

  #isExpected(peerPid: number): boolean {
    const expected = this.#expectedCaller;
    if (expected?.isInside === true) return peerPid === expected.pid;
    const pid = this.#who.pids.outside(peerPid);
    if (pid === undefined || expected === undefined) return false;
    return pid === expected.pid || this.#who.tasks.find(pid)?.parentPid === expected.pid;
  }

  #activeOf(change: UnitChanged): string | undefined {
    return stateAfter(change, this.#build.states)?.active;
  }

  /** Where PID 1 hands over only one of the two states, at least the number has to be a state. */
  #isRight(change: UnitChanged): boolean {
    const word = this.#build.states[change.newState ?? -1];
    const isState = word !== undefined && activeStateOf(word) !== undefined;
    return isState && change.result === 0 && isConsistent(change, this.#build.states) !== false;
  }

  /** The main process that the structure named is the one that ended. */
  #knewMain(): boolean {
    const main = this.#changes.find(({ change }) => this.#activeOf(change) === 'active')?.change.mainPid;
    return main !== undefined && main > 1 && (this.#exit === undefined || this.#exit.pid === main);
  }
}
