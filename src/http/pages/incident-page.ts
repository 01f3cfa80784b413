import type { ClassifiedIncident, Incident, Verdict } from '../../model/incident.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import type { PlannedSpan } from '../../trace/planned-span.ts';
import { type Html, html } from '../html.ts';
import { ancestryTree } from './ancestry-tree.ts';
import { callPathList } from './call-path-list.ts';
import { causeBadge } from './cause-badge.ts';
import { allEvidence, evidenceList } from './evidence-list.ts';
import { hostNameOf } from './host-name.ts';
import { beginningOf, incidentTime, timeBasisNote } from './incident-time.ts';
import { pageLayout } from './page-layout.ts';
import { timeline } from './timeline.ts';
import { type HasPage, verdictPanels } from './verdict-panels.ts';
import { waterfall } from './waterfall.ts';
import { nameWords } from './words.ts';

/** What a page links to. */
export interface IncidentLinks {
  readonly hasPage: HasPage;
  readonly jaegerUrl?: string;
}

/** One stop: the sentence first, then what it rests on. */
export function incidentPage(classified: ClassifiedIncident, spans: readonly PlannedSpan[], links: IncidentLinks): Html {
  const { incident, verdict } = classified;
  const { unit, traceId } = incident;
  const zeroUsec = beginningOf(incident);
  return pageLayout({
    title: `${unit} stopped: ${verdict.summary}`,
    section: 'incidents',
    main: html`<article>
<header class="headline">
<p class="kicker">${causeBadge(verdict.cause)} ${whenAndWhere(incident)}</p>
<h1><code>${unit}</code> stopped: ${verdict.summary}</h1>
${actions(traceId, links.jaegerUrl)}
</header>
${conflicts(verdict)}
${verdictPanels(classified, links.hasPage)}
${proof(verdict, zeroUsec)}
${waterfall(spans, zeroUsec)}
<div class="columns">
${ancestryTree(verdict.ancestry)}
${callPathList(verdict.callPath)}
</div>
${timeline(spans, zeroUsec)}
${allEvidence(incident)}
</article>`,
  });
}

function whenAndWhere(incident: Incident): Html {
  const { timeBasis, host } = incident;
  const hostname = hostNameOf(host);
  const note = timeBasis === 'after' && html` (${timeBasisNote(incident)})`;
  const when = timeBasis === 'read' ? 'at an unknown time' : html`${incidentTime(incident)}${note}`;
  return html`<span>${when}</span>${hostname !== undefined && html` <span>on host ${hostname}</span>`}`;
}

function actions(traceId: string, jaegerUrl: string | undefined): Html {
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

function proof({ basis, rule }: Verdict, zeroUsec: RealtimeUsec | undefined): Html {
  return html`<section class="proof" aria-labelledby="proof"><h2 id="proof">Proof</h2>
${
  basis.length === 0
    ? html`<p class="note">No evidence decides: the verdict is what is left.</p>`
    : html`<p class="note">What the rule “${nameWords(rule)}” rests on, in order.</p>${evidenceList(basis, zeroUsec)}`
}
</section>`;
}
