import type { ClassifiedIncident } from '../../model/incident.ts';
import { type Html, html } from '../html.ts';
import { zonelessText } from '../time-text.ts';
import { causeBadge } from './cause-badge.ts';
import { incidentTime } from './incident-time.ts';

/** A table on a wide screen, cards on a phone. */
export function incidentTable(incidents: readonly ClassifiedIncident[]): Html {
  return html`<table class="incidents">
<thead><tr><th scope="col">Time (UTC)</th><th scope="col">Unit</th><th scope="col">Cause</th><th scope="col">Sender</th><th scope="col">What happened</th></tr></thead>
<tbody>
${incidents.map(row)}</tbody>
</table>`;
}

function row({ incident, verdict }: ClassifiedIncident): Html {
  return html`<tr>
<td class="when">${incidentTime(incident, zonelessText)}</td>
<td class="unit"><a href="/incidents/${incident.traceId}"><code>${incident.unit}</code></a></td>
<td class="cause">${causeBadge(verdict.cause)}</td>
<td class="sender">${senderCell(verdict)}</td>
<td class="summary"><p>${verdict.summary}</p></td>
</tr>
`;
}

function senderCell({ sender, endedByItself }: ClassifiedIncident['verdict']): Html {
  if (sender === undefined) return html`<span class="muted">${endedByItself ? 'itself' : 'unknown'}</span>`;
  return html`<code>${sender.name}</code>${sender.unit !== undefined && html` <span class="muted">in ${sender.unit}</span>`}`;
}
