import type { JobAdded, StopRequest, UnitRelation, UnitRelations, UnitState } from '../model/evidence.ts';
import type { Incident } from '../model/incident.ts';
import type { Finding } from './cause-rules.ts';

/** A chain of units that stop each other is not longer. */
const maxChain = 8;

/** A job waits for those that its transaction stops before it: TimeoutStopSec= is 90 s by default. */
const transactionUsec = 100_000_000;

/** The unit that moved as a relation needs, and what shows it. */
interface Mover {
  readonly relation: UnitRelation;
  readonly known: UnitRelations;
  readonly evidence: UnitState | JobAdded;
}

/** A unit whose mover is looked for: its job, or when it began to move. */
interface Moved {
  readonly unit: string;
  readonly jobId?: number | undefined;
  readonly atUsec: number;
}

/**
 * A unit that can stop this one (BindsTo=, PartOf=, Conflicts=, …) has a job or has just stopped itself, and nobody
 * asked for this one by name. What pulled in that unit pulled in this one: the first of the chain is named.
 */
export function byRelation(incident: Incident): Finding | undefined {
  const nearest = moverOf({ unit: incident.unit, jobId: incident.jobId, atUsec: incident.occurredAtUsec }, incident);
  if (nearest === undefined) return undefined;
  const chain = [nearest];
  for (let last = nearest; chain.length < maxChain && !hasMovedByItself(last); ) {
    const next = moverOf(asMoved(last), incident);
    // Units that require each other and are part of each other lead back to where the chain began.
    if (next === undefined || isInChain(next.relation.unit, chain, incident)) break;
    chain.push(next);
    last = next;
  }
  const anchor = chain.at(-1)?.relation.unit ?? nearest.relation.unit;
  const request = incident.related.findLast((one): one is StopRequest => one.kind === 'request' && one.unit === anchor);
  return {
    cause: 'dependency',
    attribution: 'inferred',
    basis: [...chain.flatMap(({ known, evidence }) => [known, evidence]), ...(request === undefined ? [] : [request])],
    rule: `relation-${nearest.relation.relation}`,
    triggeredByUnit: anchor,
    ...(isOfPidOne(nearest) ? { isOfPidOne: true } : {}),
  };
}

function isInChain(unit: string, chain: readonly Mover[], incident: Incident): boolean {
  return unit === incident.unit || chain.some(({ relation }) => relation.unit === unit);
}

/** It stopped without a job: no other unit is behind it. */
function hasMovedByItself({ evidence }: Mover): boolean {
  return evidence.kind === 'unit-state' && (evidence.jobId ?? 0) === 0;
}

/** Nobody's job: PID 1 stops what is bound to a unit that has gone, and what nothing needs any more. */
function isOfPidOne(mover: Mover): boolean {
  return mover.relation.relation === 'StopWhenUnneeded' || hasMovedByItself(mover);
}

function asMoved({ relation, evidence }: Mover): Moved {
  const atUsec = (evidence.kind === 'unit-state' ? evidence.stateChangedAtUsec : undefined) ?? evidence.atUsec ?? 0;
  return { unit: relation.unit, jobId: evidence.jobId === 0 ? undefined : evidence.jobId, atUsec };
}

function moverOf(moved: Moved, incident: Incident): Mover | undefined {
  for (const { relation, known } of relationsOf(moved.unit, incident)) {
    const job = incident.related.find(
      (one): one is JobAdded =>
        one.kind === 'job-added' && one.unit === relation.unit && isBehind(one, relation, moved.jobId ?? incident.jobId),
    );
    const fall = incident.related.find(
      (one): one is UnitState => one.kind === 'unit-state' && one.unit === relation.unit && fellBefore(one, relation, moved),
    );
    const evidence = relation.when === 'stop' ? (fall ?? job) : job;
    if (evidence !== undefined) return { relation, known, evidence };
  }
  return undefined;
}

const conflicts: ReadonlySet<string> = new Set(['Conflicts', 'ConflictedBy']);

/** Its own, and the conflicts of others with it: those of a unit that was not loaded it did not know when it came up. */
function relationsOf(unit: string, { related }: Incident): readonly Pick<Mover, 'relation' | 'known'>[] {
  const all = related.filter((one): one is UnitRelations => one.kind === 'unit-relations');
  const own = all.filter((known) => known.unit === unit);
  const others = all.filter((known) => known.unit !== unit);
  return [
    ...own.flatMap((known) => known.relations.map((relation) => ({ relation, known }))),
    ...others.flatMap((known) =>
      known.relations
        .filter((relation) => relation.unit === unit && conflicts.has(relation.relation))
        .map(({ relation }) => ({ relation: { relation, unit: known.unit, when: 'start' } as const, known })),
    ),
  ];
}

/**
 * Ids grow: what a job pulls in, in its own transaction or after it, has a higher one. A restart job may be a start job by
 * the time that its type is asked for.
 */
function isBehind({ jobId, jobType }: JobAdded, { when }: UnitRelation, ownJobId: number | undefined): boolean {
  if (ownJobId !== undefined && jobId >= ownJobId) return false;
  return when === 'stop' || jobType !== 'stop';
}

/** How long after a unit has stopped by itself PID 1 may still stop others because of it (unit.c, manager.c). */
const aftermathUsec: Readonly<Record<string, number>> = { BindsTo: 1_000_000, StopWhenUnneeded: 10_000_000 };

/** It is stopping or has stopped, by an earlier job or, where it stopped by itself, before this one did. */
function fellBefore(state: UnitState, { relation }: UnitRelation, moved: Moved): boolean {
  const { jobId = 0, stateChangedAtUsec, inactiveEnteredAtUsec } = state;
  if (jobId !== 0 && moved.jobId !== undefined && jobId >= moved.jobId) return false;
  // systemd 219 has no StateChangeTimestamp=; a unit that never ran has neither.
  const fellAtUsec = stateChangedAtUsec ?? inactiveEnteredAtUsec ?? 0;
  const longestUsec = jobId === 0 ? (aftermathUsec[relation] ?? 0) : transactionUsec;
  return fellAtUsec <= moved.atUsec && moved.atUsec - fellAtUsec < longestUsec;
}
