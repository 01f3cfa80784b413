import type { RealtimeUsec } from '../../model/time.ts';
import { systemd } from '../../trace/attribute-names.ts';
import type { PlannedEvent, PlannedSpan } from '../../trace/planned-span.ts';
import { type Html, html } from '../html.ts';
import { durationText } from '../time-text.ts';

interface Moment {
  readonly atUsec: RealtimeUsec;
  readonly source?: string;
  readonly what: Html;
}

/** The states of the unit and what was seen meanwhile, in the order of time. */
export function timeline(spans: readonly PlannedSpan[], zeroUsec: RealtimeUsec): Html | undefined {
  const events = spans.flatMap((span) => span.events.filter(isSeen).map(eventMoment));
  const states = spans.filter(({ role }) => role === 'state').map(stateMoment);
  const moments = [...states, ...events].sort((one, other) => one.atUsec - other.atUsec);
  if (moments.length === 0) return undefined;
  return html`<section aria-labelledby="timeline"><h2 id="timeline">States and events</h2>
<ol class="timeline" tabindex="0">
${moments.map((moment) => momentItem(moment, zeroUsec))}</ol>
</section>`;
}

/** `+1.5 s`, `−20 ms`; with the minus that is as wide as the plus. */
export function offsetText(usec: number): string {
  return usec < 0 ? `−${durationText(-usec)}` : `+${durationText(usec)}`;
}

function momentItem({ atUsec, source, what }: Moment, zeroUsec: RealtimeUsec): Html {
  return html`<li><span class="offset">${offsetText(atUsec - zeroUsec)}</span><span>${what}</span>${
    source !== undefined && html`<span class="source">${source}</span>`
  }</li>
`;
}

function stateMoment({ name, startUsec, endUsec }: PlannedSpan): Moment {
  return {
    atUsec: startUsec,
    what: html`<strong>${name}</strong> <span class="muted">for ${durationText(endUsec - startUsec)}</span>`,
  };
}

/** The verdict is an event of the trace, but nothing that was seen. */
function isSeen({ attributes }: PlannedEvent): boolean {
  return attributes[systemd.summary] === undefined;
}

const hidden: readonly string[] = [systemd.evidenceSource, systemd.evidenceKind];

function eventMoment({ name, atUsec, attributes }: PlannedEvent): Moment {
  const source = attributes[systemd.evidenceSource];
  const shown = Object.entries(attributes).filter(([key]) => !hidden.includes(key));
  return {
    atUsec,
    ...(source !== undefined && { source: String(source) }),
    what: html`${name}${shown.map(([key, value]) => html` <code class="attribute">${shortName(key)}=${String(value)}</code>`)}`,
  };
}

/** The page needs no namespaces: `systemd.event.state` → `state`. */
function shortName(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}
