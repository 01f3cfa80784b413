import { describe, expect, test } from 'vitest';
import type { BusPeer } from '../../../src/model/evidence.ts';
import { createBusPeers } from '../../../src/sources/dbus/bus-peers.ts';

/** A bus that answers when it is told to. */
function peersOf(pids: Readonly<Record<string, number>>) {
  const asked: string[] = [];
  const inspected: number[] = [];
  const emitted: BusPeer[] = [];
  const answers = new Map<string, (pid: number | undefined) => void>();
  const peers = createBusPeers({
    pidOf: (name) => {
      asked.push(name);
      return new Promise((resolve) => answers.set(name, resolve));
    },
    inspect: (pid) => {
      inspected.push(pid);
      const process = { pid, name: `process-${pid}` };
      return pid === 404 ? undefined : { process, ancestry: [process] };
    },
    emit: (peer) => emitted.push(peer),
    nowUsec: () => 1,
  });
  const answer = async (name: string) => {
    answers.get(name)?.(pids[name]);
    await new Promise(setImmediate);
  };
  return { peers, asked, inspected, emitted, answer };
}

describe('createBusPeers()', () => {
  test('asks at once, reads the process with the answer, and tells it when the name asks for something', async () => {
    const { peers, asked, inspected, emitted, answer } = peersOf({ ':1.1': 7 });
    peers.connected(':1.1');
    expect(asked).toEqual([':1.1']);
    await answer(':1.1');
    expect(inspected).toEqual([7]);
    expect(emitted).toEqual([]);
    peers.named(':1.1');
    peers.named(':1.1');
    expect(emitted.map(({ busName, process }) => [busName, process.pid])).toEqual([
      [':1.1', 7],
      [':1.1', 7],
    ]);
  });

  test('tells it late where the request comes before the answer, though the name is gone', async () => {
    const { peers, emitted, answer } = peersOf({ ':1.1': 7 });
    peers.connected(':1.1');
    peers.named(':1.1');
    peers.disconnected(':1.1');
    await answer(':1.1');
    expect(emitted).toHaveLength(1);
  });

  test('asks for a name that it had not noticed', async () => {
    const { peers, emitted, answer } = peersOf({ ':1.1': 7 });
    peers.named(':1.1');
    await answer(':1.1');
    expect(emitted).toHaveLength(1);
  });

  test('has nothing to tell of a process that is gone', async () => {
    const { peers, emitted, answer } = peersOf({ ':1.1': 404 });
    for (const name of [':1.1', ':1.2']) {
      peers.named(name);
      await answer(name);
    }
    expect(emitted).toEqual([]);
  });

  test('forgets a name that is gone and has asked for nothing', async () => {
    const { peers, asked, inspected, answer } = peersOf({ ':1.1': 7 });
    peers.connected(':1.1');
    peers.disconnected(':1.1');
    await answer(':1.1');
    expect(inspected).toEqual([]);
    peers.connected(':1.1');
    expect(asked).toHaveLength(2);
  });

  test('asks about 64 names at a time, however many come', async () => {
    const { peers, asked, answer } = peersOf({});
    for (let count = 0; count < 20_000; count += 1) peers.connected(`:1.${count}`);
    expect(asked).toHaveLength(64);
    await answer(':1.0');
    // The oldest that waited have been given up.
    expect(asked.slice(64)).toEqual([`:1.${20_000 - 4096}`]);
  });
});
