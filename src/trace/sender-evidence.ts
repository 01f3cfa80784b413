import type { CgroupEmptied, Evidence, SignalSent, StopRequest, TaskMoved } from '../model/evidence.ts';
import type { ClassifiedIncident } from '../model/incident.ts';
import type { Process } from '../model/process.ts';
import type { RealtimeUsec } from '../model/time.ts';

type Act = StopRequest | SignalSent | TaskMoved | CgroupEmptied;

/** When the sender did what it did, by the witness that saw it. */
export function sentAtUsec(classified: ClassifiedIncident): RealtimeUsec | undefined {
  return actsOfSender(classified).find(({ atUsec }) => atUsec !== undefined)?.atUsec;
}

export function signalBySender(classified: ClassifiedIncident): SignalSent | undefined {
  return actsOfSender(classified).find((act) => act.kind === 'signal');
}

/** What the verdict rests on comes first: a sender may have done more than stop this unit. */
function actsOfSender({ incident, verdict }: ClassifiedIncident): readonly Act[] {
  const { sender } = verdict;
  if (sender === undefined) return [];
  return [...verdict.basis, ...incident.evidence, ...incident.related]
    .filter(isAct)
    .filter((act) => isSame(actor(act), sender) && (act.unit === undefined || act.unit === incident.unit));
}

function isAct(evidence: Evidence): evidence is Act {
  return (
    evidence.kind === 'request' ||
    evidence.kind === 'signal' ||
    evidence.kind === 'cgroup-move' ||
    evidence.kind === 'cgroup-empty'
  );
}

function actor(act: Act): Process | undefined {
  return act.kind === 'cgroup-empty' ? act.by : act.sender;
}

function isSame(one: Process | undefined, other: Process): boolean {
  return (
    one !== undefined && (one.pid !== undefined && other.pid !== undefined ? one.pid === other.pid : one.name === other.name)
  );
}
