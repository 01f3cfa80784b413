import { describe, expect, test } from 'vitest';
import { relationsOf } from '../../../src/sources/dbus/unit-relations.ts';

describe('relationsOf()', () => {
  test('names the units that can stop this one and what they do for it, the strongest relation first', () => {
    const properties = new Map<unknown, unknown>([
      ['Requires', ['system.slice']],
      ['BindsTo', ['a.device']],
      ['PartOf', ['a.target']],
      ['ConflictedBy', ['b.service']],
      ['After', ['c.service']],
      ['Wants', ['c.service']],
      ['WantedBy', ['multi-user.target']],
    ]);
    expect(relationsOf(properties).map(({ relation, unit, when }) => `${relation} ${unit} ${when}`)).toEqual([
      'BindsTo a.device stop',
      'PartOf a.target stop',
      'Requires system.slice stop',
      'ConflictedBy b.service start',
    ]);
  });

  test('counts those that need the unit only where it stops when it is unneeded', () => {
    const properties = new Map<unknown, unknown>([['WantedBy', ['a.target']]]);
    expect(relationsOf(properties)).toEqual([]);
    properties.set('StopWhenUnneeded', true);
    expect(relationsOf(properties)).toEqual([{ relation: 'StopWhenUnneeded', unit: 'a.target', when: 'stop' }]);
  });

  test('is empty for what is no list of names, and bounded', () => {
    expect(relationsOf(new Map<unknown, unknown>([['Requires', 'a.service']]))).toEqual([]);
    expect(relationsOf(new Map<unknown, unknown>([['Requires', [1, new Map(), 'a.service']]]))).toHaveLength(1);
    const many = Array.from({ length: 10_000 }, (_, index) => `${index}.service`);
    expect(relationsOf(new Map<unknown, unknown>([['Requires', many]]))).toHaveLength(256);
  });
});
