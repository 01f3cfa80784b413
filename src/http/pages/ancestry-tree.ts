import type { Ancestry, Process } from '../../model/process.ts';
import { type Html, html } from '../html.ts';
import { type Fact, isProcessId, processFacts } from './process-facts.ts';

const deepest = 32;

/** The sender and its parents, as pstree draws them. */
export function ancestryTree(ancestry: Ancestry): Html | undefined {
  if (ancestry.length === 0) return undefined;
  const shown = ancestry.slice(-deepest);
  const hidden = ancestry.length - shown.length;
  return html`<section aria-labelledby="ancestry"><h2 id="ancestry">Ancestry of the sender</h2>
<p class="note">Outermost first. User, unit and terminal are named where they change.</p>
${hidden > 0 && html`<p class="note">${hidden} outer processes are not shown.</p>`}
${branch(shown, [])}
</section>`;
}

function branch([process, ...children]: Ancestry, parentFacts: readonly Fact[]): Html | undefined {
  if (process === undefined) return undefined;
  const facts = processFacts(process);
  const news = facts.filter(({ name, value }) => !parentFacts.some((known) => known.name === name && known.value === value));
  const isSender = children.length === 0;
  return html`<ul class="tree"><li><div${isSender && html` class="leaf"`}>${processLine(process, news)}</div>${branch(children, facts)}</li></ul>`;
}

function processLine(process: Process, facts: readonly Fact[]): Html {
  return html`<code><b>${process.name}</b>${isProcessId(process.pid) && `(${process.pid})`}</code>${
    process.command !== undefined && html` <code class="command">${process.command}</code>`
  }${facts.length > 0 && html` <span class="muted">${facts.map(({ name, value }) => `${name} ${value}`).join(', ')}</span>`}`;
}
