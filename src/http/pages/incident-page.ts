import type { ClassifiedIncident, Verdict } from '../../model/incident.ts';
import type { PlannedSpan } from '../../trace/planned-span.ts';
import { type Html, html } from '../html.ts';
import { ancestryTree } from './ancestry-tree.ts';
import { callPathList } from './call-path-list.ts';
import { causeBadge } from './cause-badge.ts';
import { allEvidence, evidenceList } from './evidence-list.ts';
import { incidentTime } from './incident-time.ts';
import { pageLayout } from './page-layout.ts';
import { timeline } from './timeline.ts';
import { verdictPanels } from './verdict-panels.ts';
import { waterfall } from './waterfall.ts';
import { nameWords } from './words.ts';

/** One stop: the sentence first, then what it rests on. */
export function incidentPage(classified: ClassifiedIncident, spans: readonly PlannedSpan[], jaegerUrl?: string): Html {
  const { incident, verdict } = classified;
  const { unit, occurredAtUsec, host } = incident;
  return pageLayout({
    title: `${unit} stopped: ${verdict.summary}`,
    section: 'incidents',
    main: html`<article>
<header class="headline">
<p class="kicker">${causeBadge(verdict.cause)} <span>${incidentTime(incident)}</span>${host.hostname !== '' && html` <span>${host.hostname}</span>`}</p>
<h1><code>${unit}</code> stopped: ${verdict.summary}</h1>
${links(incident.traceId, jaegerUrl)}
</header>
${conflicts(verdict)}
${verdictPanels(classified)}
${proof(verdict, occurredAtUsec)}
${waterfall(spans)}
<div class="columns">
${ancestryTree(verdict.ancestry)}
${callPathList(verdict.callPath)}
</div>
${timeline(spans, occurredAtUsec)}
${allEvidence(incident)}
</article>`,
  });
}

function links(traceId: string, jaegerUrl: string | undefined): Html {
  return html`<p class="actions">
${jaegerUrl !== undefined && html`<a href="${jaegerUrl.replace(/\/+$/, '')}/trace/${traceId}">Open in Jaeger</a>`}
<a href="/incidents/${traceId}/trace.json" download>Trace as OTLP JSON</a>
<a href="/incidents/${traceId}/incident.json">Incident as JSON</a>
<span class="trace-id">trace <code>${traceId}</code></span>
</p>`;
}

function conflicts({ conflicts: against }: Verdict): Html | undefined {
  if (against.length === 0) return undefined;
  return html`<section class="conflicts" aria-labelledby="conflicts"><h2 id="conflicts">Evidence against this verdict</h2>
<ul>${against.map((conflict) => html`<li>${conflict}</li>`)}</ul>
</section>`;
}

function proof({ basis, rule }: Verdict, zeroUsec: number): Html {
  return html`<section aria-labelledby="proof"><h2 id="proof">Proof</h2>
${
  basis.length === 0
    ? html`<p class="note">No evidence decides: the verdict is what is left.</p>`
    : html`<p class="note">What the rule “${nameWords(rule)}” rests on, in order.</p>${evidenceList(basis, zeroUsec)}`
}
</section>`;
}
