import { describe, expect, test } from 'vitest';
import { createBoundedQueue } from '../../../src/sources/dbus/bounded-queue.ts';

function queueOf(maxRunning: number, maxWaiting: number) {
  const begun: string[] = [];
  const dropped: string[] = [];
  const finish = new Map<string, () => void>();
  const run = (key: string): Promise<void> => {
    begun.push(key);
    return new Promise((resolve) => finish.set(key, resolve));
  };
  const queue = createBoundedQueue<string>({ maxRunning, maxWaiting }, run, (key) => dropped.push(key));
  const end = async (key: string) => {
    finish.get(key)?.();
    await new Promise(setImmediate);
  };
  return { queue, begun, dropped, end };
}

describe('createBoundedQueue()', () => {
  test('runs so many at a time and the rest in order', async () => {
    const { queue, begun, end } = queueOf(2, 10);
    for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
    expect(begun).toEqual(['a', 'b']);
    await end('b');
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  test('drops what has waited longest where too many wait', () => {
    const { queue, dropped } = queueOf(1, 2);
    for (const key of ['a', 'b', 'c', 'd', 'e']) queue.add(key);
    expect(dropped).toEqual(['b', 'c']);
  });

  test('does not begin what was removed, and waits once for what was added twice', async () => {
    const { queue, begun, end } = queueOf(1, 10);
    for (const key of ['a', 'b', 'c', 'c']) queue.add(key);
    queue.remove('b');
    await end('a');
    await end('c');
    expect(begun).toEqual(['a', 'c']);
  });
});
