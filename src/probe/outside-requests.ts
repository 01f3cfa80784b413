import { requestOfConnection, requestsOfCommand } from './command-requests.ts';
import { enableKernelEvents } from './enable-kernel-events.ts';
import { connectionRow } from './kernel-events.ts';
import type { ObserverParts } from './observe.ts';
import { isPrivateSocket, memoryReader } from './private-socket.ts';
import type { SocketConnecting, TaskExecuted } from './probe-events.ts';
import type { SeenRequest } from './requests.ts';
import type { Tracefs } from './tracefs/tracefs.ts';

export interface OutsideRequestsParts {
  readonly tracefs: Tracefs;
  /** Directory below `instances`. */
  readonly instance: string;
  readonly procfs: string;
  readonly world: Pick<ObserverParts, 'people' | 'realtimeOf'>;
}

/** Who asks PID 1 for something, as seen from outside: the next best where nothing inside it tells who calls. */
export class OutsideRequests {
  readonly #parts: OutsideRequestsParts;
  #isNeeded = true;
  #seesConnections = false;

  constructor(parts: OutsideRequestsParts) {
    this.#parts = parts;
  }

  /** Whether it can be seen who connects to PID 1. It is watched only where it is needed: all system calls pay for it. */
  get seesConnections(): boolean {
    return this.#seesConnections;
  }

  need(isNeeded: boolean): void {
    const { tracefs, instance } = this.#parts;
    this.#isNeeded = isNeeded;
    if (isNeeded) this.#seesConnections = enableKernelEvents(tracefs, instance, [connectionRow]).shows.has('connections');
    else if (this.#seesConnections) {
      tracefs.write(`instances/${instance}/events/${connectionRow.system}/${connectionRow.event}/enable`, '0');
      this.#seesConnections = false;
    }
  }

  /** For a shutdown it is logind who calls, on behalf of the command. */
  ofCommand({ pid, comm, clockUsec }: TaskExecuted): readonly SeenRequest[] {
    const { people, realtimeOf } = this.#parts.world;
    const requests = requestsOfCommand(people.describe(pid, comm, clockUsec), realtimeOf(clockUsec));
    return requests.filter(({ action }) => this.#isNeeded || action === 'shutdown');
  }

  ofConnection(event: SocketConnecting): readonly SeenRequest[] {
    const { procfs, world } = this.#parts;
    if (!this.#isNeeded || isPrivateSocket(event, memoryReader(procfs)) === false) return [];
    const person = world.people.describe(event.pid, event.comm, event.clockUsec);
    const request = requestOfConnection(person, world.realtimeOf(event.clockUsec));
    return request === undefined ? [] : [request];
  }
}
