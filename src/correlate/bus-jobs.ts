import type { JobAdded, JobRemoved, UnitState } from '../model/evidence.ts';
import type { BusMemory } from './bus-phase.ts';

/** How long after its removal a job still explains the state that follows it: systemd ≤ 239 sends the removal first. */
const removalExplainsUsec = 500_000;

/** The jobs of one unit, as far as they can explain a stop. */
export interface BusJobs {
  /** @param memory what the unit was doing, as far as is known */
  added(job: JobAdded, memory: BusMemory): void;
  removed(job: JobRemoved): void;
  /** The unit was seen at rest, or coming up, with this job: from here on it can only start the unit. */
  startsFromHere(jobId: number): void;
  /** The unit has come up: what is over by now explains nothing of the life that begins. */
  cameUp(): void;
  /** The stop or restart job behind a state change, with its evidence; undefined where the unit moved by itself. */
  behind(state: UnitState): { readonly jobId: number; readonly evidence: readonly (JobAdded | JobRemoved)[] } | undefined;
}

const maxJobs = 8;

interface KnownJob {
  readonly jobId: number;
  /** Added while the unit was at rest: it can only start it. */
  starts: boolean;
  readonly added?: JobAdded;
  removed?: JobRemoved;
}

export function createBusJobs(): BusJobs {
  const jobs: KnownJob[] = [];

  function added(job: JobAdded, memory: BusMemory): void {
    const starts = job.jobType === undefined ? memory.phase === 'rest' : onlyStarts(job.jobType, memory);
    const known = jobs.findIndex(({ jobId }) => jobId === job.jobId);
    if (known >= 0) jobs.splice(known, 1);
    remember({ jobId: job.jobId, starts, added: job });
  }

  function removed(job: JobRemoved): void {
    const known = jobs.find(({ jobId }) => jobId === job.jobId);
    if (known !== undefined) known.removed = job;
  }

  function startsFromHere(jobId: number): void {
    const known = jobs.find((job) => job.jobId === jobId);
    if (known !== undefined) known.starts = true;
    else remember({ jobId, starts: true });
  }

  function cameUp(): void {
    for (let index = jobs.length - 1; index >= 0; index--) if (jobs[index]?.removed !== undefined) jobs.splice(index, 1);
  }

  function remember(job: KnownJob): void {
    jobs.push(job);
    if (jobs.length > maxJobs) jobs.shift();
  }

  function behind(state: UnitState): ReturnType<BusJobs['behind']> {
    const known =
      state.jobId === undefined || state.jobId === 0 ? jobs.findLast((job) => explains(job, state)) : byId(state.jobId);
    if (known === undefined || known.starts) return undefined;
    const evidence = [known.added, known.removed].filter((job) => job !== undefined);
    return { jobId: known.jobId, evidence };
  }

  function byId(jobId: number): KnownJob {
    return jobs.find((job) => job.jobId === jobId) ?? { jobId, starts: false };
  }

  return { added, removed, startsFromHere, cameUp, behind };
}

/**
 * Whether it can stop nothing. An active unit needs no start job: its restart job is one by the time we ask, after it has
 * stopped the unit. What ends a unit while it reloads is not the reload job.
 */
function onlyStarts(jobType: string, { phase, state }: BusMemory): boolean {
  if (jobType === 'start') return phase !== 'up' || state?.activeState !== 'active';
  return jobType === 'verify-active' || jobType === 'nop' || jobType === 'reload';
}

/** Without a job on the state itself, only a job that has just been removed as done can be behind it. */
function explains(job: KnownJob, state: UnitState): boolean {
  if (job.starts) return false;
  if (job.removed === undefined) return state.jobId === undefined;
  const elapsed = (state.atUsec ?? 0) - (job.removed.atUsec ?? 0);
  return job.removed.result === 'done' && elapsed >= 0 && elapsed <= removalExplainsUsec;
}
