import type { RealtimeUsec } from '../../model/time.ts';
import { systemd } from '../../trace/attribute-names.ts';
import type { PlannedEvent, PlannedSpan } from '../../trace/planned-span.ts';
import { type Html, html } from '../html.ts';
import { durationText } from '../time-text.ts';
import { ownTimeOf } from './event-time.ts';
import { offsetText } from './offset-text.ts';
import { barOf, positionOf, type TimeAxis, timeAxis } from './time-axis.ts';

const mostRows = 200;
/** The deepest indentation the stylesheet knows. */
const deepest = 24;

/**
 * The spans of the trace as nested rows; `zeroUsec` is when the stop began, where known. Positions are SVG attributes:
 * the page has no inline style.
 */
export function waterfall(spans: readonly PlannedSpan[], zeroUsec: RealtimeUsec | undefined): Html | undefined {
  if (spans.length === 0) return undefined;
  const axis = timeAxis(spans);
  const depths = spanDepths(spans);
  return html`<section aria-labelledby="waterfall"><h2 id="waterfall">Waterfall</h2>
<table class="waterfall">
<thead><tr><th scope="col">Span</th><th scope="col" class="bar">${axisMarks(axis)}</th><th scope="col" class="took">Took</th></tr></thead>
<tbody>
${spans.slice(0, mostRows).map((span) => row(span, axis, { depth: depths.get(span.spanId) ?? 0, zeroUsec }))}</tbody>
</table>
${spans.length > mostRows && html`<p class="note">${spans.length - mostRows} more spans are in the trace.</p>`}
<p class="note">Processes and functions share the instant of the stop in steps of 1 µs: their order is real, their length is not.</p>
</section>`;
}

function spanDepths(spans: readonly PlannedSpan[]): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  for (const { spanId, parentSpanId } of spans) {
    const parentDepth = parentSpanId === undefined ? undefined : depths.get(parentSpanId);
    depths.set(spanId, parentDepth === undefined ? 0 : parentDepth + 1);
  }
  return depths;
}

/** Each label above the middle of its line; the cell has room for half of the first and of the last. */
function axisMarks({ ticks }: TimeAxis): Html {
  if (ticks.length === 0) return html`In order, not to scale`;
  return html`<svg class="axis" width="100%" height="16" role="img" aria-label="Time since the stop began">${ticks.map(
    ({ percent, label }) => html`<text x="${percent}%" y="12" text-anchor="middle">${label}</text>`,
  )}</svg>`;
}

interface Place {
  readonly depth: number;
  readonly zeroUsec: RealtimeUsec | undefined;
}

function row(span: PlannedSpan, axis: TimeAxis, { depth, zeroUsec }: Place): Html {
  const { x, width } = barOf(axis, span.startUsec, span.endUsec);
  const took = tookText(span);
  const label = barLabel(span, axis);
  return html`<tr class="role-${span.role}${span.errorMessage !== undefined && ' error'}">
<th scope="row" class="depth-${Math.min(depth, deepest)}"><span>${span.name}</span></th>
<td class="bar"><svg width="100%" height="20" role="img" aria-label="${label}">${axis.ticks.map(
    ({ percent }) => html`<line class="grid" x1="${percent}%" x2="${percent}%" y1="0" y2="100%"/>`,
  )}<rect x="${x}%" y="5" width="${width}%" height="10" rx="2"><title>${label}</title></rect>${span.events.map((event) => eventMark(event, axis, zeroUsec))}</svg></td>
<td class="took">${took}</td>
</tr>
`;
}

/** Only what was seen has a length in words: a chain's steps of 1 µs are drawn, not measured. */
function tookText({ seenUsec, attributes }: PlannedSpan): string | undefined {
  if (attributes[systemd.endSeen] === false) return 'end not seen';
  return seenUsec === undefined ? undefined : durationText(seenUsec);
}

function barLabel(span: PlannedSpan, axis: TimeAxis): string {
  const { seenUsec, startUsec, attributes } = span;
  if (attributes[systemd.endSeen] === false) return 'its end was not seen';
  if (seenUsec === undefined) return 'in order, not to scale';
  return `starts after ${durationText(startUsec - axis.startUsec)}, takes ${durationText(seenUsec)}`;
}

function eventMark(event: PlannedEvent, axis: TimeAxis, zeroUsec: RealtimeUsec | undefined): Html {
  const ownUsec = ownTimeOf(event);
  const offset = ownUsec !== undefined && zeroUsec !== undefined && `, ${offsetText(ownUsec - zeroUsec)}`;
  return html`<circle class="event" cx="${positionOf(axis, event.atUsec)}%" cy="10" r="3"><title>${event.name}${offset}</title></circle>`;
}
