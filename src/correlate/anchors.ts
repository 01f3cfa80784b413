import type { RealtimeUsec } from '../model/time.ts';
import type { Gathered } from './gather.ts';
import type { Anchor } from './open-stop.ts';

/**
 * The units whose stops may have pulled this one in: the one that PID 1 names, else those that were asked to stop, and those
 * that can stop it and have a job. What they pull in ends before them.
 */
export function anchorsOf({ evidence, related }: Gathered, unit: string): readonly Anchor[] {
  const pull = evidence.find((one) => one.kind === 'job-pulled');
  // A start stops nothing, and a unit whose change of state did it has stopped already.
  if (pull !== undefined) {
    const isStopping = pull.byJob !== undefined && pull.byJob.action !== 'start';
    return isStopping && pull.byUnit !== undefined ? [anchor(pull.byUnit, pull.atUsec)] : [];
  }
  if (related.length === 0) return [];
  const pulling = new Set(
    related
      .flatMap((one) => (one.kind === 'unit-relations' && one.unit === unit ? one.relations : []))
      .map((relation) => relation.unit),
  );
  return related.flatMap((one) => {
    const isAsked = one.kind === 'request' && one.action !== 'start' && one.unit !== undefined;
    const hasJob = one.kind === 'job-added' && pulling.has(one.unit);
    if (!(isAsked || hasJob) || one.unit === undefined) return [];
    return [anchor(one.unit, one.atUsec)];
  });
}

function anchor(unit: string, askedAtUsec: RealtimeUsec | undefined): Anchor {
  return { unit, ...(askedAtUsec === undefined ? {} : { askedAtUsec }) };
}
