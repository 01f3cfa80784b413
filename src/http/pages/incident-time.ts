import type { Incident } from '../../model/incident.ts';
import { formatUsec, type RealtimeUsec } from '../../model/time.ts';
import { type Html, html } from '../html.ts';
import { utcText } from '../time-text.ts';

/** When it stopped, as far as the evidence says. */
export function incidentTime({ occurredAtUsec, timeBasis }: Incident, toText: (usec: RealtimeUsec) => string = utcText): Html {
  switch (timeBasis) {
    case 'reported':
      return timeElement(occurredAtUsec, toText);
    case 'after':
      return html`some time after ${timeElement(occurredAtUsec, toText)}`;
    case 'read':
      return html`unknown`;
  }
}

/** Why the time is no better known; nothing where a witness gave it. */
export function timeBasisNote({ occurredAtUsec, timeBasis }: Incident): Html | undefined {
  switch (timeBasis) {
    case 'reported':
      return undefined;
    case 'after':
      return html`the evidence says only when the unit had started`;
    case 'read':
      return html`the evidence has no time; it was read at ${timeElement(occurredAtUsec, utcText)}`;
  }
}

/** Offsets count from the beginning of the stop; undefined where that is not known. */
export function beginningOf({ occurredAtUsec, timeBasis }: Incident): RealtimeUsec | undefined {
  return timeBasis === 'reported' ? occurredAtUsec : undefined;
}

function timeElement(usec: RealtimeUsec, toText: (usec: RealtimeUsec) => string): Html {
  return html`<time datetime="${formatUsec(usec)}">${toText(usec)}</time>`;
}
