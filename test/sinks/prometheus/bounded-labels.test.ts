import { describe, expect, test } from 'vitest';
import type { StopLabels } from '../../../src/incident-log/incident-log.ts';
import { createBoundedLabels } from '../../../src/sinks/prometheus/bounded-labels.ts';

const labels: StopLabels = { name: 'a.service', type: 'service', cause: 'signal', sender: 'kill', sender_unit: 'x.service' };
const limits = { names: 2, senders: 2, senderUnits: 2, series: 1000 };

describe('createBoundedLabels', () => {
  test('the first values keep their name, later ones are other', () => {
    const { bound } = createBoundedLabels(limits);
    const names = ['a', 'b', 'c', 'a', 'd', 'b'].map((name) => bound({ ...labels, name }).name);
    expect(names).toEqual(['a', 'b', 'other', 'a', 'other', 'b']);
    const senders = ['k', 'l', 'm', 'k'].map((sender) => createdWith(bound, { sender }).sender);
    expect(senders).toEqual(['k', 'other', 'other', 'k']);
    const units = ['u', 'v', 'x.service'].map((sender_unit) => createdWith(bound, { sender_unit }).sender_unit);
    expect(units).toEqual(['u', 'other', 'x.service']);
  });

  test('words of ours take no place', () => {
    const { bound } = createBoundedLabels({ ...limits, senders: 1, senderUnits: 1 });
    for (const sender of ['none', 'unknown', 'systemd', 'other']) bound({ ...labels, sender, sender_unit: '' });
    expect(bound(labels)).toEqual(labels);
  });

  test('the same question gets the same answer', () => {
    const { bound } = createBoundedLabels({ names: 10, senders: 5, senderUnits: 5, series: 20 });
    const asked = Array.from({ length: 200 }, (_, index) => ({
      ...labels,
      name: `n${index % 17}`,
      sender: `s${index % 13}`,
      sender_unit: `u${index % 7}`,
    }));
    const first = asked.map(bound);
    expect(asked.map(bound)).toEqual(first);
  });

  test('50,000 invented units and senders stay within the limit of series, and senders give way first', () => {
    const { bound } = createBoundedLabels({ names: 1000, senders: 100, senderUnits: 200, series: 10_000 });
    const sets = new Set<string>();
    let anonymous = 0;
    for (let index = 0; index < 50_000; index++) {
      const invented = { name: `n${index % 900}`, sender: `s${index % 97}`, sender_unit: `u${index % 193}` };
      const bounded = bound({ ...labels, ...invented });
      sets.add(JSON.stringify(bounded));
      if (bounded.sender === 'other' && bounded.name !== 'other') anonymous++;
    }
    expect(sets.size).toBeLessThanOrEqual(10_000 + 16);
    expect(anonymous).toBeGreaterThan(30_000);
  });
});

function createdWith(bound: (labels: StopLabels) => StopLabels, replace: Partial<StopLabels>): StopLabels {
  return bound({ ...labels, ...replace });
}
