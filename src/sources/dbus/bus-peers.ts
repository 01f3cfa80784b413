import type { BusPeer } from '../../model/evidence.ts';
import type { Ancestry, Process } from '../../model/process.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import { createBoundedQueue } from './bounded-queue.ts';

/** Reads a living process and its parents, in the same tick; undefined where it is gone. */
export type Inspect = (pid: number) => { readonly process: Process; readonly ancestry: Ancestry } | undefined;

export interface BusPeersOptions {
  /** Must not reject. */
  readonly pidOf: (uniqueName: string) => Promise<number | undefined>;
  readonly inspect: Inspect;
  readonly emit: (peer: BusPeer) => void;
  readonly nowUsec: () => RealtimeUsec;
}

/**
 * Who is behind the names on the bus. Each name's process is asked for and read as soon as the name appears, not when its
 * request comes: by then a caller that does not wait is gone. It becomes evidence once the name has asked for something.
 */
export interface BusPeers {
  connected(uniqueName: string): void;
  /** The bus tells it after all messages of that name. */
  disconnected(uniqueName: string): void;
  /** The name has asked for something: its peer is evidence, now or when it is known. */
  named(uniqueName: string | undefined): void;
}

interface Known {
  peer?: BusPeer;
  isPending: boolean;
  isNamed: boolean;
  isGone: boolean;
}

/** dbus-daemon allows 2048 connections, and 128 calls of one connection that wait for their reply. */
const maxNames = 4096;
const bounds = { maxRunning: 64, maxWaiting: maxNames };

export function createBusPeers({ pidOf, inspect, emit, nowUsec }: BusPeersOptions): BusPeers {
  const names = new Map<string, Known>();
  const queue = createBoundedQueue<string>(bounds, ask, (name) => names.delete(name));

  function connected(name: string): void {
    if (names.has(name)) return;
    names.set(name, { isPending: true, isNamed: false, isGone: false });
    const [oldest] = names.size > maxNames ? names.keys() : [];
    if (oldest !== undefined) forget(oldest);
    queue.add(name);
  }

  function disconnected(name: string): void {
    const known = names.get(name);
    // It has asked for something and left; the answer to our question about it may be on its way.
    if (known?.isNamed === true && known.isPending) known.isGone = true;
    else forget(name);
  }

  function forget(name: string): void {
    names.delete(name);
    queue.remove(name);
  }

  function named(name: string | undefined): void {
    if (name === undefined) return;
    connected(name);
    const known = names.get(name);
    if (known === undefined) return;
    known.isNamed = true;
    if (known.peer !== undefined) emit(known.peer);
  }

  async function ask(name: string): Promise<void> {
    const pid = await pidOf(name);
    const known = names.get(name);
    if (known === undefined) return;
    known.isPending = false;
    if (known.isGone) names.delete(name);
    const found = pid === undefined ? undefined : inspect(pid);
    if (found === undefined) return;
    known.peer = peerOf(name, found, nowUsec());
    if (known.isNamed) emit(known.peer);
  }

  return { connected, disconnected, named };
}

function peerOf(busName: string, found: NonNullable<ReturnType<Inspect>>, atUsec: RealtimeUsec): BusPeer {
  const { process, ancestry } = found;
  const raw = `${busName} is pid ${process.pid ?? '?'} (${process.name})`;
  return { kind: 'bus-peer', source: 'dbus', atUsec, busName, process, ancestry, raw };
}
