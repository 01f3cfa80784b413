import { formatUsec, type RealtimeUsec } from '../../model/time.ts';
import { systemd } from '../../trace/attribute-names.ts';
import type { PlannedEvent, PlannedSpan } from '../../trace/planned-span.ts';
import { type Html, html } from '../html.ts';
import { durationText, zonelessText } from '../time-text.ts';
import { ownTimeOf } from './event-time.ts';
import { offsetText } from './offset-text.ts';

interface Moment {
  /** The witness's own; undefined where it gave none. */
  readonly atUsec: RealtimeUsec | undefined;
  /** Where it stands among the others. */
  readonly orderUsec: RealtimeUsec;
  readonly source?: string;
  readonly what: Html;
}

/** The states of the unit and what was seen meanwhile, in the order of time; `zeroUsec` is when the stop began, where known. */
export function timeline(spans: readonly PlannedSpan[], zeroUsec: RealtimeUsec | undefined): Html | undefined {
  const events = spans.flatMap((span) => span.events.filter(isSeen).map(eventMoment));
  const states = spans.filter(({ role }) => role === 'state').map(stateMoment);
  const moments = [...states, ...events].sort((one, other) => one.orderUsec - other.orderUsec);
  if (moments.length === 0) return undefined;
  const isByClock = zeroUsec === undefined && moments.some(({ atUsec }) => atUsec !== undefined);
  return html`<section aria-labelledby="timeline"><h2 id="timeline">States and events</h2>
${isByClock && html`<p class="note">Times of day are UTC: nothing says when the stop began.</p>`}
<ol class="timeline" tabindex="0">
${moments.map((moment) => momentItem(moment, zeroUsec))}</ol>
</section>`;
}

function momentItem({ atUsec, source, what }: Moment, zeroUsec: RealtimeUsec | undefined): Html {
  return html`<li><span class="offset">${timeText(atUsec, zeroUsec)}</span><span>${what}</span>${
    source !== undefined && html`<span class="source">${source}</span>`
  }</li>
`;
}

/** After the beginning of the stop, or by the clock where that is not known. */
function timeText(atUsec: RealtimeUsec | undefined, zeroUsec: RealtimeUsec | undefined): Html | string {
  if (atUsec === undefined) return 'no time';
  if (zeroUsec !== undefined) return offsetText(atUsec - zeroUsec);
  return html`<time datetime="${formatUsec(atUsec)}">${zonelessText(atUsec).slice('yyyy-mm-dd '.length, -'000'.length)}</time>`;
}

function stateMoment({ name, startUsec, seenUsec }: PlannedSpan): Moment {
  const length = seenUsec === undefined ? 'end not seen' : `for ${durationText(seenUsec)}`;
  return {
    atUsec: startUsec,
    orderUsec: startUsec,
    what: html`<strong>${name}</strong> <span class="muted">${length}</span>`,
  };
}

/** The verdict is an event of the trace, but nothing that was seen. */
function isSeen({ attributes }: PlannedEvent): boolean {
  return attributes[systemd.summary] === undefined;
}

/** Shown in columns of their own. */
const hidden: readonly string[] = [
  systemd.evidenceSource,
  systemd.evidenceKind,
  systemd.evidenceAt,
  systemd.evidenceUntimed,
  systemd.foldedCount,
];

function eventMoment(event: PlannedEvent): Moment {
  const { name, atUsec, attributes } = event;
  const source = attributes[systemd.evidenceSource];
  const shown = Object.entries(attributes).filter(([key]) => !hidden.includes(key));
  const ownUsec = ownTimeOf(event);
  return {
    atUsec: ownUsec,
    orderUsec: ownUsec ?? atUsec,
    ...(source !== undefined && { source: String(source) }),
    what: html`${name}${shown.map(([key, value]) => html` <code class="attribute">${shortName(key)}=${String(value)}</code>`)}`,
  };
}

/** The page needs no namespaces: `systemd.event.state` → `state`. */
function shortName(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}
