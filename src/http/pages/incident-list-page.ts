import type { StopCount } from '../../incident-log/incident-log.ts';
import { causes } from '../../model/cause.ts';
import type { ClassifiedIncident } from '../../model/incident.ts';
import { type Html, html } from '../html.ts';
import { type IncidentFilter, incidentListAddress } from '../incident-filter.ts';
import { incidentTable } from './incident-table.ts';
import { noIncidentsMatch, noIncidentsYet } from './no-incidents.ts';
import { pageLayout } from './page-layout.ts';
import { causeFamilies } from './words.ts';

/** What the list shows, newest first. */
export interface IncidentListing {
  readonly filter: IncidentFilter;
  readonly incidents: readonly ClassifiedIncident[];
  readonly counts: readonly StopCount[];
  /** The last one shown, where older ones exist. */
  readonly olderThan?: string;
}

export function incidentListPage(listing: IncidentListing): Html {
  return pageLayout({
    title: 'Incidents · systemd-stop-exporter',
    section: 'incidents',
    main: html`<div class="intro"><h1>Incidents</h1>${totals(listing)}</div>
${filterForm(listing)}
${body(listing)}`,
  });
}

function body(listing: IncidentListing): Html {
  const { filter, incidents, olderThan } = listing;
  if (incidents.length === 0) return isFiltered(filter) ? noIncidentsMatch : noIncidentsYet;
  const { before, ...newest } = filter;
  return html`${incidentTable(incidents)}
<nav class="pages" aria-label="Pages">
${before !== undefined && html`<a rel="first" href="${incidentListAddress(newest)}">Newest</a>`}
${olderThan !== undefined && html`<a rel="next" href="${incidentListAddress({ ...filter, before: olderThan })}">Older</a>`}
<a class="aside" href="${incidentListAddress(filter, '/incidents/all.json')}">JSON</a>
</nav>`;
}

function isFiltered({ unit, cause, sender, before }: IncidentFilter): boolean {
  return [unit, cause, sender, before].some((value) => value !== undefined);
}

/** Counts outlive the incidents: the log keeps them beyond its retention. */
function totals({ counts, filter }: IncidentListing): Html {
  const total = sum(counts);
  const chips = causes.map((cause) => ({ cause, count: sum(counts.filter(({ labels }) => labels.cause === cause)) }));
  return html`<p class="lead">${total === 1 ? '1 stop' : `${grouped(total)} stops`} counted</p>
<ul class="chips">
${chips
  .filter(({ count }) => count > 0)
  .map(
    ({ cause, count }) => html`<li><a class="badge ${causeFamilies[cause]}" href="${incidentListAddress({ cause })}"${
      filter.cause === cause && html` aria-current="true"`
    }>${cause} <b>${grouped(count)}</b></a></li>
`,
  )}</ul>`;
}

function sum(counts: readonly StopCount[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}

function grouped(count: number): string {
  return String(count).replace(/(?<=\d)(?=(?:\d{3})+$)/g, ',');
}

function filterForm({ filter, counts }: IncidentListing): Html {
  return html`<form class="filter" method="get" action="/incidents" role="search" aria-label="Filter incidents">
<label>Unit <input name="unit" value="${filter.unit}" list="units" autocomplete="off" spellcheck="false" placeholder="nginx.service"></label>
<label>Cause <select name="cause"><option value="">any</option>${causes.map(
    (cause) => html`<option${filter.cause === cause && html` selected`}>${cause}</option>`,
  )}</select></label>
<label>Sender <input name="sender" value="${filter.sender}" list="senders" autocomplete="off" spellcheck="false" placeholder="systemctl"></label>
<button>Filter</button>
${isFiltered(filter) && html`<a href="/incidents">Show all</a>`}
${suggestions(
  'units',
  counts.map(({ labels }) => labels.name),
)}
${suggestions(
  'senders',
  counts.map(({ labels }) => labels.sender),
)}
</form>`;
}

const maxSuggestions = 200;

function suggestions(id: string, names: readonly string[]): Html {
  const distinct = [...new Set(names)].sort().slice(0, maxSuggestions);
  return html`<datalist id="${id}">${distinct.map((name) => html`<option value="${name}"></option>`)}</datalist>`;
}
