import type { JobAdded, JobRemoved } from '../model/evidence.ts';
import type { ClassifiedIncident, Incident, Verdict } from '../model/incident.ts';
import { semantic, systemd } from './attribute-names.ts';
import { causeDisplay } from './cause-display.ts';
import type { PlannedSpan } from './planned-span.ts';
import { linkAttributes } from './span-links.ts';
import { boundedList, boundedText, traceBounds } from './trace-bounds.ts';

type Attributes = PlannedSpan['attributes'];

/** Everything a search in Jaeger may ask for stands on the root; absent facts have no attribute. */
export function rootAttributes(classified: ClassifiedIncident): Attributes {
  const { incident, verdict } = classified;
  return {
    // First, so that a detail cannot stand in for one of ours.
    ...detailAttributes(verdict),
    ...unitAttributes(incident, verdict),
    ...verdictAttributes(verdict),
    ...senderAttributes(verdict),
    ...jobAttributes(incident),
    ...linkAttributes(verdict),
  };
}

function unitAttributes(incident: Incident, { result }: Verdict): Attributes {
  const { unit, invocationId, timeBasis, endedAtUsec, truncated } = incident;
  return {
    [systemd.unitName]: boundedText(unit),
    ...(result !== undefined && { [systemd.unitResult]: boundedText(result) }),
    ...(invocationId !== undefined && { [systemd.invocationId]: boundedText(invocationId) }),
    [systemd.timeBasis]: timeBasis,
    [systemd.endSeen]: endedAtUsec !== undefined,
    ...(truncated === true && { [systemd.truncated]: true }),
  };
}

function verdictAttributes({ cause, attribution, rule, phase, summary, exit, conflicts }: Verdict): Attributes {
  return {
    [systemd.cause]: cause,
    [systemd.attribution]: attribution,
    [systemd.rule]: rule,
    [systemd.phase]: phase,
    [systemd.summary]: boundedText(summary),
    ...(exit !== undefined && { [systemd.exitCode]: boundedText(exit.code), [systemd.exitStatus]: exit.status }),
    ...(conflicts.length > 0 && { [systemd.conflicts]: boundedList(conflicts) }),
    ...(!causeDisplay[cause].orderly && { [semantic.errorType]: cause }),
  };
}

function senderAttributes({ sender, senderRule }: Verdict): Attributes {
  if (sender === undefined) return {};
  const { name, pid, unit, user } = sender;
  return {
    [systemd.sender]: boundedText(name),
    ...(pid !== undefined && { [systemd.senderPid]: pid }),
    ...(unit !== undefined && { [systemd.senderUnit]: boundedText(unit) }),
    ...(user !== undefined && { [systemd.senderUser]: boundedText(user) }),
    ...(senderRule !== undefined && { [systemd.senderRule]: senderRule }),
  };
}

/** The first job of this unit that is seen to be added, or removed, during the stop is the stop's job. */
function jobAttributes({ evidence, unit }: Incident): Attributes {
  const removed = evidence.find((item): item is JobRemoved => item.kind === 'job-removed' && item.unit === unit);
  const added = evidence.find((item): item is JobAdded => item.kind === 'job-added' && item.unit === unit);
  const id = added?.jobId ?? removed?.jobId;
  const type = added?.jobType;
  const result = removed !== undefined && removed.jobId === id ? removed.result : undefined;
  return {
    ...(id !== undefined && { [systemd.jobId]: id }),
    ...(type !== undefined && { [systemd.jobType]: boundedText(type) }),
    ...(result !== undefined && { [systemd.jobResult]: boundedText(result) }),
  };
}

function detailAttributes({ details }: Verdict): Attributes {
  const entries = Object.entries(details).slice(0, traceBounds.details);
  return Object.fromEntries(
    entries.map(([key, value]) => [
      boundedText(`${systemd.detailPrefix}${key}`),
      typeof value === 'string' ? boundedText(value) : value,
    ]),
  );
}
