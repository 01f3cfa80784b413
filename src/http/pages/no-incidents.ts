import { type Html, html } from '../html.ts';

/** An empty page says what to do. */
export const noIncidentsYet: Html = html`<div class="empty">
<p><strong>No stop has been seen yet.</strong></p>
<p>Stop a service that may stop, and it appears here within seconds: <code>systemctl restart SERVICE</code>.</p>
<p>Nothing appears? <code>systemd-stop-exporter check</code> tells what each source can see on this host.
With no systemd at hand, <code>systemd-stop-exporter demo</code> replays recorded stops.</p>
</div>`;

export const noIncidentsMatch: Html = html`<div class="empty">
<p><strong>No incident matches.</strong></p>
<p>Unit and sender must be whole names, such as <code>nginx.service</code> and <code>systemctl</code>. <a href="/incidents">Show all incidents</a></p>
</div>`;
