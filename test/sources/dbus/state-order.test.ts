import { describe, expect, test } from 'vitest';
import { createStateOrder } from '../../../src/sources/dbus/state-order.ts';

const base = { kind: 'unit-state', source: 'dbus', raw: '', unit: 'a.service', activeState: 'active' } as const;

describe('createStateOrder()', () => {
  test('accepts announced states as they come', () => {
    const order = createStateOrder();
    expect([1, 1, 2].map((stateChangedAtUsec) => order.accepts({ ...base, stateChangedAtUsec }))).toEqual([true, true, true]);
  });

  test('refuses an answer that tells no more than what was announced', () => {
    const order = createStateOrder();
    order.accepts({ ...base, stateChangedAtUsec: 2 });
    expect(order.accepts({ ...base, initial: true, stateChangedAtUsec: 1 })).toBe(false);
    expect(order.accepts({ ...base, initial: true, stateChangedAtUsec: 2 })).toBe(false);
    expect(order.accepts({ ...base, initial: true, stateChangedAtUsec: 3 })).toBe(true);
    expect(order.accepts({ ...base, unit: 'b.service', initial: true, stateChangedAtUsec: 1 })).toBe(true);
  });

  test('refuses an announcement that an answer has overtaken', () => {
    const order = createStateOrder();
    order.accepts({ ...base, initial: true, stateChangedAtUsec: 2 });
    expect(order.accepts({ ...base, stateChangedAtUsec: 1 })).toBe(false);
    expect(order.accepts({ ...base, stateChangedAtUsec: 2 })).toBe(true);
  });

  test('believes announcements without a time', () => {
    const order = createStateOrder();
    order.accepts({ ...base, initial: true, stateChangedAtUsec: 2 });
    expect(order.accepts(base)).toBe(true);
    expect(order.accepts({ ...base, initial: true })).toBe(false);
  });
});
