import { describe, expect, test, vi } from 'vitest';
import { createOrderedRelay } from '../../../src/sources/dbus/ordered-relay.ts';

function relayTo() {
  const emitted: string[] = [];
  return { emitted, relay: createOrderedRelay<string>((item) => emitted.push(item), 100) };
}

describe('createOrderedRelay()', () => {
  test('hands on at once what waits for nothing', () => {
    const { emitted, relay } = relayTo();
    relay.push('a');
    expect(emitted).toEqual(['a']);
  });

  test('keeps the order while something is awaited', async () => {
    const { emitted, relay } = relayTo();
    const first = Promise.withResolvers<string>();
    const second = Promise.withResolvers<string>();
    relay.pushLater(first.promise, '');
    relay.push('between');
    relay.pushLater(second.promise, '');
    relay.push('last');
    second.resolve('second');
    await second.promise;
    expect(emitted).toEqual([]);
    first.resolve('first');
    await first.promise;
    expect(emitted).toEqual(['first', 'between', 'second', 'last']);
    relay.push('more');
    expect(emitted.at(-1)).toBe('more');
  });

  test('falls back where the answer is a failure', async () => {
    const { emitted, relay } = relayTo();
    relay.pushLater(Promise.reject(new Error('no')), 'fallback');
    await new Promise(setImmediate);
    expect(emitted).toEqual(['fallback']);
  });

  test('falls back in time, and does not hand the late answer on', async () => {
    vi.useFakeTimers();
    try {
      const { emitted, relay } = relayTo();
      const late = Promise.withResolvers<string>();
      relay.pushLater(late.promise, 'fallback');
      relay.push('next');
      vi.advanceTimersByTime(99);
      expect(emitted).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(emitted).toEqual(['fallback', 'next']);
      late.resolve('late');
      await late.promise;
      expect(emitted).toEqual(['fallback', 'next']);
    } finally {
      vi.useRealTimers();
    }
  });

  test('is silent once it is stopped', async () => {
    const { emitted, relay } = relayTo();
    const first = Promise.withResolvers<string>();
    relay.pushLater(first.promise, '');
    relay.push('next');
    relay.stop();
    first.resolve('first');
    await first.promise;
    relay.push('more');
    expect(emitted).toEqual([]);
  });
});
