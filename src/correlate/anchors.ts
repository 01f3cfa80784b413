import type { Evidence } from '../model/evidence.ts';
import type { Anchor } from './open-stop.ts';

/**
 * The units whose stops may have pulled this one in, from the related evidence: those that were asked to stop, and those
 * that can stop it and have a job. What they pull in ends before them.
 */
export function anchorsOf(related: readonly Evidence[], unit: string): readonly Anchor[] {
  const pulling = new Set(
    related
      .flatMap((one) => (one.kind === 'unit-relations' && one.unit === unit ? one.relations : []))
      .map((relation) => relation.unit),
  );
  return related.flatMap((one) => {
    const isAsked = one.kind === 'request' && one.action !== 'start' && one.unit !== undefined;
    const hasJob = one.kind === 'job-added' && pulling.has(one.unit);
    if (!(isAsked || hasJob) || one.unit === undefined) return [];
    return [{ unit: one.unit, ...(one.atUsec === undefined ? {} : { askedAtUsec: one.atUsec }) }];
  });
}
