import type { CallPath } from '../model/evidence.ts';
import type { ClassifiedIncident, Incident } from '../model/incident.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { causeDisplay } from './cause-display.ts';
import { frameLevels } from './frame-levels.ts';
import { spanIdOf } from './ids.ts';
import type { PlannedSpan } from './planned-span.ts';
import { requestLevels } from './request-levels.ts';
import { rootAttributes } from './root-attributes.ts';
import { type Interval, rootEvents } from './root-events.ts';
import { sentAtUsec } from './sender-evidence.ts';
import { nestLevels } from './span-chain.ts';
import { rootKey, spanLinks } from './span-links.ts';
import { stateSpans } from './state-spans.ts';
import { boundedName, boundedText } from './trace-bounds.ts';

/**
 * One stop as a tree of spans, parents before children and every child within its parent. The same incident
 * gives the same plan: sending it twice writes the same spans.
 */
export function planSpans(classified: ClassifiedIncident): readonly PlannedSpan[] {
  const { incident, verdict } = classified;
  const request = requestLevels(classified);
  const calls = frameLevels(verdict);
  const interval = intervalOf(incident, request.length + calls.length);
  const root = rootSpan(classified, interval);
  const requestUsec = place(sentAtUsec(classified), request.length + calls.length, interval);
  const callUsec = placeAfter(place(calledAtUsec(classified), calls.length, interval), requestUsec, request.length);
  return [
    root,
    ...nestLevels(request, root, requestUsec, incident.traceId),
    ...nestLevels(calls, root, callUsec, incident.traceId),
    ...stateSpans(incident, root),
  ];
}

function rootSpan(classified: ClassifiedIncident, interval: Interval): PlannedSpan {
  const { incident, verdict } = classified;
  return {
    spanId: spanIdOf(incident.traceId, rootKey),
    name: boundedName(`stop ${incident.unit}`),
    role: 'stop',
    ...interval,
    ...seenLength(incident),
    attributes: rootAttributes(classified),
    events: rootEvents(classified, interval),
    links: spanLinks(verdict),
    ...(!causeDisplay[verdict.cause].orderly && { errorMessage: boundedText(verdict.summary) }),
  };
}

/** From the beginning of the stop to the last that is known of it; never too short for what it must hold, and never empty. */
function intervalOf(incident: Incident, levels: number): Interval {
  const { occurredAtUsec } = incident;
  return { startUsec: occurredAtUsec, endUsec: Math.max(lastSeenUsec(incident), occurredAtUsec + Math.max(levels, 1)) };
}

/** The end of the stop, or the last thing seen of it. */
function lastSeenUsec({ occurredAtUsec, endedAtUsec, evidence }: Incident): RealtimeUsec {
  return endedAtUsec ?? evidence.reduce((last, { atUsec }) => Math.max(last, atUsec ?? last), occurredAtUsec);
}

/** Nothing where the beginning is not known. */
function seenLength(incident: Incident): Pick<PlannedSpan, 'seenUsec'> {
  const { occurredAtUsec, timeBasis } = incident;
  return timeBasis === 'reported' ? { seenUsec: Math.max(lastSeenUsec(incident) - occurredAtUsec, 0) } : {};
}

/** At its own time where that lies within the stop and leaves room for the levels, else as near as can be. */
function place(atUsec: RealtimeUsec | undefined, levels: number, { startUsec, endUsec }: Interval): RealtimeUsec {
  return Math.max(startUsec, Math.min(atUsec ?? startUsec, endUsec - levels));
}

/** When PID 1 was in the frames that decided. */
function calledAtUsec({ incident, verdict }: ClassifiedIncident): RealtimeUsec | undefined {
  return [...verdict.basis, ...incident.evidence].find((item): item is CallPath => item.kind === 'call-path')?.atUsec;
}

/** What was asked and what came of it may share the instant: then they stand in that order. */
function placeAfter(callUsec: RealtimeUsec, requestUsec: RealtimeUsec, levels: number): RealtimeUsec {
  const requestEndUsec = requestUsec + levels;
  return callUsec >= requestUsec && callUsec < requestEndUsec ? requestEndUsec : callUsec;
}
