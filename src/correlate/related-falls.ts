import type { UnitRelation, UnitState } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import type { Bystanders } from './bystanders.ts';

export interface Period {
  readonly fromUsec: RealtimeUsec;
  readonly toUsec: RealtimeUsec;
  /** When the job of the unit that may have been pulled in was added. */
  readonly addedAtUsec: RealtimeUsec | undefined;
}

/** Two readings of one clock, under load. */
const slackUsec = 50_000;
/** PID 1 looks for what is not needed any more once the other's job is over (manager.c). */
const unneededUsec = 10_000_000;

/** The stops, under way or just over, of the units that can stop another one. */
export function relatedFalls(relations: readonly UnitRelation[], period: Period, bystanders: Bystanders): readonly UnitState[] {
  const falls = relations.flatMap(({ unit, relation }) =>
    (bystanders.falls.get(unit) ?? []).filter((fall) => isIn(fall, period) && isAlive(fall, { relation, period, bystanders })),
  );
  return [...new Set(falls)];
}

function isIn({ atUsec }: UnitState, { fromUsec, toUsec }: Period): boolean {
  return atUsec !== undefined && atUsec > fromUsec && atUsec <= toUsec;
}

interface Circumstances {
  readonly relation: string;
  readonly period: Period;
  readonly bystanders: Bystanders;
}

/** What a job pulls in is in its transaction: a job that was over before the other one was added pulled in nothing. */
function isAlive({ jobId = 0 }: UnitState, { relation, period, bystanders }: Circumstances): boolean {
  const endedAtUsec = bystanders.jobEndsUsec.get(jobId);
  if (endedAtUsec === undefined || period.addedAtUsec === undefined) return true;
  return endedAtUsec >= period.addedAtUsec - (relation === 'StopWhenUnneeded' ? unneededUsec : slackUsec);
}
