import type { PlannedEvent, PlannedSpan } from '../../trace/planned-span.ts';
import { type Html, html } from '../html.ts';
import { durationText } from '../time-text.ts';
import { barOf, positionOf, type TimeAxis, timeAxis } from './time-axis.ts';

const mostRows = 200;
/** The deepest indentation the stylesheet knows. */
const deepest = 24;

/** The spans of the trace as nested rows. Positions are SVG attributes: the page has no inline style. */
export function waterfall(spans: readonly PlannedSpan[]): Html | undefined {
  if (spans.length === 0) return undefined;
  const axis = timeAxis(spans);
  const depths = spanDepths(spans);
  return html`<section aria-labelledby="waterfall"><h2 id="waterfall">Waterfall</h2>
<table class="waterfall">
<thead><tr><th scope="col">Span</th><th scope="col" class="bar">${axisMarks(axis)}</th><th scope="col" class="took">Took</th></tr></thead>
<tbody>
${spans.slice(0, mostRows).map((span) => row(span, axis, depths.get(span.spanId) ?? 0))}</tbody>
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

function axisMarks({ ticks }: TimeAxis): Html {
  return html`<svg class="axis" width="100%" height="16" role="img" aria-label="Time since the stop began">${ticks.map(
    ({ percent, label }) => html`<text x="${percent}%" y="12" text-anchor="${anchorAt(percent)}">${label}</text>`,
  )}</svg>`;
}

/** Labels at the edges stay inside. */
function anchorAt(percent: number): string {
  if (percent < 5) return 'start';
  return percent > 90 ? 'end' : 'middle';
}

function row(span: PlannedSpan, axis: TimeAxis, depth: number): Html {
  const { x, width } = barOf(axis, span.startUsec, span.endUsec);
  const took = durationText(span.endUsec - span.startUsec);
  const label = `starts after ${durationText(span.startUsec - axis.startUsec)}, takes ${took}`;
  return html`<tr class="role-${span.role}${span.errorMessage !== undefined && ' error'}">
<th scope="row" class="depth-${Math.min(depth, deepest)}"><span>${span.name}</span></th>
<td class="bar"><svg width="100%" height="20" role="img" aria-label="${label}">${axis.ticks.map(
    ({ percent }) => html`<line class="grid" x1="${percent}%" x2="${percent}%" y1="0" y2="100%"/>`,
  )}<rect x="${x}%" y="5" width="${width}%" height="10" rx="2"><title>${label}</title></rect>${span.events.map((event) => eventMark(event, axis))}</svg></td>
<td class="took">${took}</td>
</tr>
`;
}

function eventMark({ name, atUsec }: PlannedEvent, axis: TimeAxis): Html {
  const after = durationText(Math.max(atUsec - axis.startUsec, 0));
  return html`<circle class="event" cx="${positionOf(axis, atUsec)}%" cy="10" r="3"><title>${name}, after ${after}</title></circle>`;
}
