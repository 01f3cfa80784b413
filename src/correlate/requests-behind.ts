import { type Evidence, isConnection, type JobPulled, type StopRequest } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import type { Bystanders } from './bystanders.ts';

/** Who asked for the job that pulled this one in: by its id, else by the unit and the time. */
export function requestsBehind({ byUnit, byJob, atUsec }: JobPulled, { requests }: Bystanders): readonly StopRequest[] {
  const granted = requests.all().filter(({ refused }) => refused === undefined);
  const known = granted.filter((one) => one.unit === byUnit && canAddJob(one, byJob?.action));
  const ofJob = known.filter(({ jobId }) => jobId !== undefined && jobId === byJob?.id);
  const near = ofJob.length > 0 ? ofJob : known.filter((one) => one.jobId === undefined && isNear(one, atUsec));
  // Who shuts the machine down asks logind, which then asks for the target.
  return [...near, ...granted.filter((one) => one.action === 'shutdown' && isNear(one, atUsec))];
}

/** A `try-restart` adds a job to restart; who asked for a stop is not behind one. */
function canAddJob({ action }: StopRequest, jobType: string | undefined): boolean {
  return jobType === undefined || action.includes(jobType);
}

/** Of a request whose caller PID 1 did not tell: who talked to it shortly before. */
export function connectionsBefore(own: ReadonlySet<Evidence>, { requests }: Bystanders): readonly StopRequest[] {
  const unseen = [...own].filter((one) => one.kind === 'request' && one.sender === undefined && one.busName === undefined);
  if (unseen.length === 0) return [];
  return requests.all().filter((one) => isConnection(one) && unseen.some(({ atUsec }) => isNear(one, atUsec)));
}

function isNear(request: StopRequest, atUsec: RealtimeUsec | undefined): boolean {
  return Math.abs((request.atUsec ?? 0) - (atUsec ?? 0)) <= requestSlackUsec;
}

/** A request is seen on its way, or as it is carried out. */
const requestSlackUsec = 2_000_000;
