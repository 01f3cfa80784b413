import type { Frame, Frames } from '../../model/frame.ts';
import { type Html, html } from '../html.ts';

/** What PID 1 was doing when it began the stop, innermost first. */
export function callPathList(frames: Frames): Html | undefined {
  if (frames.length === 0) return undefined;
  return html`<section aria-labelledby="call-path"><h2 id="call-path">Call path of PID 1</h2>
<p class="note">Innermost first: each function was called by the one below it.</p>
<ol class="frames">
${frames.map(frameItem)}</ol>
${frames.some((frame) => !frame.reliable) && unreliableNote}
</section>`;
}

const unreliableNote = html`<p class="note"><span class="doubt">not certain</span> The library is stripped or has no symbol here, so the name may be a
neighbour's. Such a frame is shown but never decides the cause. Debug symbols of systemd would make it certain.</p>`;

function frameItem({ function: name, reliable, module, ...place }: Frame): Html {
  return html`<li${!reliable && html` class="unreliable"`}><span><code><b>${name ?? 'no symbol'}</b><i>${placeText(place)}</i></code>${
    !reliable && html` <span class="doubt">not certain</span>`
  }</span>${module !== undefined && html`<code class="module" title="${module}">${moduleName(module)}</code>`}</li>
`;
}

function placeText({ offset, size }: Pick<Frame, 'offset' | 'size'>): string | undefined {
  if (offset === undefined) return undefined;
  return size === undefined ? `+0x${offset.toString(16)}` : `+0x${offset.toString(16)}/0x${size.toString(16)}`;
}

function moduleName(module: string): string {
  return module.slice(module.lastIndexOf('/') + 1);
}
