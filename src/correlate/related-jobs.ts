import type { JobAdded } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import type { Bystanders } from './bystanders.ts';
import { clockSlackUsec, type Window } from './window.ts';

/** The last job of the unit that was there when its stop began. */
export function ownJob(unit: string, { beginUsec, shownUsec }: Window, { jobs }: Bystanders): JobAdded | undefined {
  const latestUsec = Math.max(beginUsec + clockSlackUsec, shownUsec);
  return jobs.all().findLast((job) => job.unit === unit && (job.atUsec ?? 0) <= latestUsec);
}

/** Jobs added in the same burst as this unit's own. */
const burstUsec = 1_000_000;

/**
 * The jobs that can have pulled in this unit's own: older, by their ids, and not over when it was added. The lowest id
 * first: that of the job which pulled in all others. Before them, a younger job that was announced right before this one: it
 * shows that both are of one transaction.
 */
export function relatedJobs(own: JobAdded | undefined, { jobs, jobEndsUsec }: Bystanders): readonly JobAdded[] {
  if (own?.atUsec === undefined) return [];
  const ownAtUsec = own.atUsec;
  const burst = jobsOfBurst(jobs.all(), ownAtUsec);
  const before = burst[burst.indexOf(own) + 1];
  const older = burst.filter(({ jobId }) => jobId < own.jobId && (jobEndsUsec.get(jobId) ?? ownAtUsec) >= ownAtUsec);
  older.sort((a, b) => a.jobId - b.jobId);
  return before !== undefined && before.jobId > own.jobId ? [before, ...older] : older;
}

/** From the newest backwards, only as far as need be: with thousands of jobs remembered this was a quarter of all work. */
function jobsOfBurst(jobs: readonly JobAdded[], ownAtUsec: RealtimeUsec): JobAdded[] {
  const burst: JobAdded[] = [];
  for (let index = jobs.length - 1; index >= 0; index--) {
    const job = jobs[index];
    if (job?.atUsec === undefined) continue;
    const beforeUsec = ownAtUsec - job.atUsec;
    // A job may have come later than younger ones did, but not by more than a witness lags.
    if (beforeUsec > burstUsec + maxLagUsec) break;
    if (Math.abs(beforeUsec) <= burstUsec) burst.push(job);
  }
  return burst;
}

const maxLagUsec = 10_000_000;
