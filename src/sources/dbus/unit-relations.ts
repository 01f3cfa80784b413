import type { UnitRelation } from '../../model/evidence.ts';
import type { Properties } from './unit-properties.ts';

/**
 * Properties of org.freedesktop.systemd1.Unit through which a job of another unit stops this one (SYSTEMD.md §4), and
 * what that job does to its own unit; the strongest first. A dependency that a version does not know is absent.
 */
const relationProperties = [
  ['BindsTo', 'stop'],
  ['PartOf', 'stop'],
  ['Requires', 'stop'],
  ['Requisite', 'stop'],
  ['StopPropagatedFrom', 'stop'],
  ['Conflicts', 'start'],
  ['ConflictedBy', 'start'],
] as const satisfies readonly (readonly [string, UnitRelation['when']])[];

/** With StopWhenUnneeded=, the end of the last of these stops the unit. */
const needProperties = ['RequiredBy', 'RequisiteOf', 'WantedBy', 'BoundBy', 'UpheldBy'] as const;

/** A unit has a handful; more than this is a mistake or an attack. */
const maxRelations = 256;

/** @param properties of org.freedesktop.systemd1.Unit */
export function relationsOf(properties: Properties): readonly UnitRelation[] {
  const direct = relationProperties.flatMap(([relation, when]) =>
    namesIn(properties.get(relation)).map((unit) => ({ relation, unit, when })),
  );
  const needs =
    properties.get('StopWhenUnneeded') === true ? needProperties.flatMap((name) => namesIn(properties.get(name))) : [];
  const unneeded = needs.map((unit) => ({ relation: 'StopWhenUnneeded', unit, when: 'stop' }) as const);
  return [...direct, ...unneeded].slice(0, maxRelations);
}

function namesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
