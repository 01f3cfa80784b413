import type { ClassifiedIncident } from '../../model/incident.ts';
import { type Html, html } from '../html.ts';
import type { SourceStatus } from '../http-app-options.ts';
import { incidentTable } from './incident-table.ts';
import { noIncidentsYet } from './no-incidents.ts';
import { pageLayout } from './page-layout.ts';

export interface LandingContent {
  readonly version: string;
  readonly telemetryPath: string;
  readonly sources: readonly SourceStatus[];
  /** Newest first; absent where incidents are not shown over HTTP. */
  readonly latest?: readonly ClassifiedIncident[];
  /** Why they are not. */
  readonly refusal?: string;
  readonly jaegerUrl?: string;
}

export function landingPage(content: LandingContent): Html {
  return pageLayout({
    title: 'systemd-stop-exporter',
    section: 'overview',
    main: html`<div class="intro">
<h1>systemd-stop-exporter <span class="muted">${content.version}</span></h1>
<p class="lead">Sees every stop of a systemd service, proves why and who, counts it for Prometheus and draws it as one trace.</p>
</div>
${links(content)}
${sourcesSection(content.sources)}
${content.latest !== undefined && latestSection(content.latest)}
${content.refusal !== undefined && html`<p class="muted">${content.refusal}</p>`}`,
  });
}

function links({ telemetryPath, latest, jaegerUrl }: LandingContent): Html {
  return html`<ul class="links">
${latest !== undefined && html`<li><a href="/incidents"><strong>Incidents</strong><span>every stop with its proof</span></a></li>`}
<li><a href="${telemetryPath}"><strong>Metrics</strong><span>what Prometheus scrapes</span></a></li>
<li><a href="/-/ready"><strong>Ready</strong><span>503 while a source is down</span></a></li>
<li><a href="/-/healthy"><strong>Healthy</strong><span>the process answers</span></a></li>
${jaegerUrl !== undefined && html`<li><a href="${jaegerUrl}"><strong>Jaeger</strong><span>the traces</span></a></li>`}
</ul>`;
}

function sourcesSection(sources: readonly SourceStatus[]): Html {
  return html`<section aria-labelledby="sources"><h2 id="sources">Sources</h2>
${sources.length === 0 ? noSources : html`<ul class="sources">${sources.map(sourceItem)}</ul>`}
</section>`;
}

const noSources = html`<p class="muted">No live source is configured: only recorded evidence is shown.</p>`;

function sourceItem({ name, up, detail }: SourceStatus): Html {
  const state = up ? html`<span class="health up">up</span>` : html`<span class="health down">down</span>`;
  return html`<li>${state}<code>${name}</code>${detail !== undefined && html`<span class="detail">${detail}</span>`}</li>
`;
}

function latestSection(latest: readonly ClassifiedIncident[]): Html {
  return html`<section aria-labelledby="latest"><h2 id="latest">Latest incidents</h2>
${latest.length === 0 ? noIncidentsYet : html`${incidentTable(latest)}<p class="more"><a href="/incidents">All incidents</a></p>`}
</section>`;
}
