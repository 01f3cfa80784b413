import type { Evidence } from '../model/evidence.ts';
import { unitOfCgroup } from '../model/unit.ts';
import type { Acquaintances } from './acquaintances.ts';

/** The unit that evidence is of. @param mainPids who is whose main process, for signals to one that name no unit */
export function unitOfEvidence(evidence: Evidence, mainPids: Acquaintances['mainPids']): string | undefined {
  switch (evidence.kind) {
    case 'bus-peer':
      return undefined;
    case 'signal':
    case 'oom-victim':
      return evidence.unit ?? mainPids.get(evidence.target.pid ?? 0);
    case 'cgroup-empty':
      return evidence.unit ?? unitOfCgroup(evidence.cgroup);
    case 'cgroup-move':
      return evidence.unit ?? (evidence.from === undefined ? undefined : unitOfCgroup(evidence.from));
    default:
      return evidence.unit;
  }
}
