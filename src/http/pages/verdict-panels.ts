import type { ClassifiedIncident, Incident, Verdict } from '../../model/incident.ts';
import { formatUsec } from '../../model/time.ts';
import { type Html, html } from '../html.ts';
import { durationText, utcText } from '../time-text.ts';
import { causeBadge } from './cause-badge.ts';
import { type Definition, definitionList } from './definition-list.ts';
import { exitWords } from './exit-words.ts';
import { hostNameOf } from './host-name.ts';
import { incidentTime, timeBasisNote } from './incident-time.ts';
import { isProcessId, processFacts } from './process-facts.ts';
import { attributionWords, causeWords, nameWords, phaseWords } from './words.ts';

/** Whether the incident of a trace id is still in the log. */
export type HasPage = (traceId: string) => boolean;

/** Why, who, when. */
export function verdictPanels(classified: ClassifiedIncident, hasPage: HasPage): Html {
  return html`<div class="panels">
${whyPanel(classified.verdict, hasPage)}
${whoPanel(classified.verdict)}
${whenPanel(classified)}
</div>`;
}

function whyPanel(verdict: Verdict, hasPage: HasPage): Html {
  const { cause, attribution, rule, result, exit, phase, details } = verdict;
  return html`<section class="panel" aria-labelledby="why"><h2 id="why">Why</h2>
<p class="answer">${causeBadge(cause)}</p><p>${causeWords[cause]}</p>
${definitionList([
  ['Certainty', html`<strong>${attribution}</strong>: ${attributionWords[attribution]}`],
  ['Rule', nameWords(rule)],
  ['Triggered by', triggeredBy(verdict, hasPage)],
  ['Result', result === undefined ? undefined : html`<code>${result}</code>`],
  ['Exit', exit === undefined ? undefined : exitWords(exit)],
  ['Phase', phaseWords[phase]],
  ...Object.entries(details).map(([name, value]): Definition => [nameWords(name), html`<code>${String(value)}</code>`]),
])}
</section>`;
}

function triggeredBy({ triggeredBy: cause }: Verdict, hasPage: HasPage): Html | undefined {
  if (cause === undefined) return undefined;
  const unit = html`<code>${cause.unit}</code>`;
  const { traceId } = cause;
  return traceId === undefined || !hasPage(traceId) ? unit : html`<a href="/incidents/${traceId}">${unit}</a>`;
}

function whoPanel({ sender, senderRule, endedByItself }: Verdict): Html {
  if (sender === undefined) return nobodyPanel(endedByItself);
  return html`<section class="panel" aria-labelledby="who"><h2 id="who">Who</h2>
<p class="answer"><code>${sender.name}${isProcessId(sender.pid) && `[${sender.pid}]`}</code></p>
${definitionList([
  ['Command', sender.command === undefined ? undefined : html`<code>${sender.command}</code>`],
  ...processFacts(sender).map(({ name, value }): Definition => [name, html`<code>${value}</code>`]),
  ['Found by', senderRule === undefined ? undefined : nameWords(senderRule)],
])}
</section>`;
}

function nobodyPanel(endedByItself: boolean): Html {
  const answer = endedByItself
    ? html`<p class="answer">Nobody</p><p>The service ended by itself; there is nobody to look for.</p>`
    : html`<p class="answer">Unknown</p><p>No evidence names the sender. <code>systemd-stop-exporter check</code> tells what each source
can see on this host.</p>`;
  return html`<section class="panel" aria-labelledby="who"><h2 id="who">Who</h2>
${answer}
</section>`;
}

function whenPanel({ incident }: ClassifiedIncident): Html {
  const { occurredAtUsec, endedAtUsec, timeBasis, host, invocationId } = incident;
  const hostname = hostNameOf(host);
  const basis = timeBasisNote(incident);
  return html`<section class="panel" aria-labelledby="when"><h2 id="when">When</h2>
<p class="answer sentence">${incidentTime(incident)}</p>${basis !== undefined && html`<p class="sentence">${basis}.</p>`}
${definitionList([
  ['Took', endedAtUsec === undefined ? noLength[timeBasis] : durationText(endedAtUsec - occurredAtUsec)],
  [
    'Ended',
    endedAtUsec === undefined ? undefined : html`<time datetime="${formatUsec(endedAtUsec)}">${utcText(endedAtUsec)}</time>`,
  ],
  ['Host', hostname === undefined ? undefined : html`<code>${hostname}</code>`],
  ['Machine', id(host.machineId)],
  ['Boot', id(host.bootId)],
  ['Invocation', id(invocationId)],
])}
</section>`;
}

/** Why nobody can say how long it took. */
const noLength: Readonly<Record<Incident['timeBasis'], string>> = {
  reported: 'its end was not seen',
  after: 'unknown',
  read: 'unknown',
};

/** A recording may not say on which machine it was made. */
function id(text: string | undefined): Html | undefined {
  return text === undefined || text === '' ? undefined : html`<code class="id">${text}</code>`;
}
