import type { Finding } from './cause-rules.ts';
import type { Facts } from './facts.ts';

/** Where two witnesses contradict each other. The call path decides; the contradiction is shown with the verdict. */
export function findConflicts(facts: Facts, finding: Finding): readonly string[] {
  const conclusion = facts.path?.row?.conclusion;
  if (conclusion === undefined) return [];
  const conflicts: string[] = [];
  if (conclusion === 'requested' && facts.edge?.jobId === 0 && facts.incident.jobId === undefined)
    conflicts.push('The call path shows a stop job; the D-Bus signals show the unit without a job.');
  if (
    conclusion !== 'requested' &&
    conclusion !== 'dependency' &&
    facts.edge?.activeState === 'deactivating' &&
    facts.incident.jobId !== undefined
  )
    conflicts.push(`The call path shows ${finding.cause}; the D-Bus signals show job ${facts.incident.jobId} on the unit.`);
  if (conclusion === 'exited' && facts.result !== undefined && facts.result.word !== 'success' && finding.cause === 'exited')
    conflicts.push(`The call path shows a clean end; systemd's result is ${facts.result.word}.`);
  return conflicts;
}
