import type { Evidence } from '../model/evidence.ts';
import type { ClassifiedIncident } from '../model/incident.ts';
import { formatUsec, isRealtimeUsec, type RealtimeUsec } from '../model/time.ts';
import { systemd } from './attribute-names.ts';
import { happeningOf } from './evidence-events.ts';
import type { PlannedEvent } from './planned-span.ts';
import { boundedName, boundedText, traceBounds } from './trace-bounds.ts';

/** The interval of the root span. */
export interface Interval {
  readonly startUsec: RealtimeUsec;
  readonly endUsec: RealtimeUsec;
}

/** The verdict first, then what the witnesses saw, in the order of time; a long story keeps its beginning and its end. */
export function rootEvents({ incident, verdict }: ClassifiedIncident, interval: Interval): readonly PlannedEvent[] {
  const told = { name: 'verdict', atUsec: interval.startUsec, attributes: { [systemd.summary]: boundedText(verdict.summary) } };
  const seen = [...incident.evidence, ...incident.related.filter(isAct)].flatMap((evidence) => eventOf(evidence, interval));
  return [told, ...foldEvents(seen.sort((one, other) => ownTime(one) - ownTime(other)))];
}

/** When it happened, wherever it is drawn. */
function ownTime({ seenAtUsec, atUsec }: PlannedEvent): RealtimeUsec {
  return seenAtUsec ?? atUsec;
}

/** Of what concerns other units, only what somebody did is part of this story. */
function isAct({ kind }: Evidence): boolean {
  return kind === 'request' || kind === 'signal' || kind === 'cgroup-move' || kind === 'cgroup-empty';
}

function eventOf(evidence: Evidence, interval: Interval): readonly PlannedEvent[] {
  const happening = happeningOf(evidence);
  if (happening === undefined) return [];
  const { startUsec, endUsec } = interval;
  const seenAt = evidence.atUsec;
  const atUsec = Math.min(Math.max(seenAt ?? startUsec, startUsec), endUsec);
  const elsewhere = seenAt !== undefined && seenAt !== atUsec && isRealtimeUsec(seenAt);
  const attributes = {
    [systemd.evidenceSource]: evidence.source,
    [systemd.evidenceKind]: evidence.kind,
    ...(seenAt === undefined && { [systemd.evidenceUntimed]: true }),
    ...(elsewhere && { [systemd.evidenceAt]: formatUsec(seenAt) }),
    ...boundedTexts(happening.attributes),
  };
  return [{ name: boundedName(happening.name), atUsec, ...(elsewhere && { seenAtUsec: seenAt }), attributes }];
}

function boundedTexts(attributes: PlannedEvent['attributes']): PlannedEvent['attributes'] {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, typeof value === 'string' ? boundedText(value) : value]),
  );
}

function foldEvents(events: readonly PlannedEvent[]): readonly PlannedEvent[] {
  const { events: most, eventsHead } = traceBounds;
  const next = events[eventsHead];
  if (events.length < most || next === undefined) return events;
  const tail = events.slice(events.length - (most - eventsHead - 2));
  const hidden = events.length - eventsHead - tail.length;
  const fold = { ...next, name: `… ${hidden} more`, attributes: { [systemd.foldedCount]: hidden } };
  return [...events.slice(0, eventsHead), fold, ...tail];
}
