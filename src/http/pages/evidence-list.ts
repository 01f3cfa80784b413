import type { Evidence, EvidenceKind } from '../../model/evidence.ts';
import type { Incident } from '../../model/incident.ts';
import { formatUsec, type RealtimeUsec } from '../../model/time.ts';
import { type Html, html, preformatted } from '../html.ts';
import { utcText } from '../time-text.ts';
import { beginningOf } from './incident-time.ts';
import { offsetText } from './offset-text.ts';
import { evidenceWords } from './words.ts';

/** Pieces of evidence with their source, time, place and text; `zeroUsec` is when the stop began, where known. */
export function evidenceList(evidence: readonly Evidence[], zeroUsec: RealtimeUsec | undefined): Html {
  return html`<ol class="evidence">
${evidence.map((piece) => evidenceItem(piece, zeroUsec))}</ol>`;
}

function evidenceItem({ source, kind, atUsec, origin, raw }: Evidence, zeroUsec: RealtimeUsec | undefined): Html {
  return html`<li><p class="witness"><span class="source">${source}</span> <strong>${evidenceWords[kind]}</strong>${
    atUsec !== undefined &&
    html` <time datetime="${formatUsec(atUsec)}">${utcText(atUsec)}</time>${
      zeroUsec !== undefined && html` <span class="offset">${offsetText(atUsec - zeroUsec)}</span>`
    }`
  }${origin !== undefined && html` <span class="place">${origin.file}:${origin.line}</span>`}</p>
<pre tabindex="0">${preformatted(raw)}</pre></li>
`;
}

const mostShown = 200;

/** Everything that was seen, folded by kind. */
export function allEvidence(incident: Incident): Html {
  const { evidence, related, truncated } = incident;
  const zeroUsec = beginningOf(incident);
  const own = Object.groupBy(evidence, ({ kind }) => kind);
  const foreign = Object.groupBy(related, ({ kind }) => kind);
  return html`<section aria-labelledby="evidence"><h2 id="evidence">All evidence</h2>
${truncated === true && html`<p class="note">Some evidence was dropped to stay within bounds.</p>`}
${groups(own, '', zeroUsec)}${groups(foreign, ' of other units and of the bus', zeroUsec)}
</section>`;
}

type Groups = Partial<Readonly<Record<EvidenceKind, readonly Evidence[]>>>;

function groups(byKind: Groups, suffix: string, zeroUsec: RealtimeUsec | undefined): readonly Html[] {
  return Object.values(byKind).flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return html`<details><summary>${evidenceWords[first.kind]}${suffix} <span class="count">${group.length}</span></summary>
${evidenceList(group.slice(0, mostShown), zeroUsec)}
${group.length > mostShown && html`<p class="note">${group.length - mostShown} more are not shown.</p>`}
</details>
`;
  });
}
