import type { Incident } from '../../model/incident.ts';
import { formatUsec, type RealtimeUsec } from '../../model/time.ts';
import { type Html, html } from '../html.ts';
import { utcText } from '../time-text.ts';

const prefixes: Readonly<Record<Incident['timeBasis'], string>> = { reported: '', after: 'after ', read: 'read ' };

/** What an unusual time means; nothing where a witness gave it. */
export const timeBasisWords: Readonly<Record<Incident['timeBasis'], string | undefined>> = {
  reported: undefined,
  after: 'No witness gives the time of the stop. It happened some time after this one.',
  read: 'The evidence has no time at all. This is when it was read.',
};

/** When it stopped, with the word that says how sure that is. */
export function incidentTime({ occurredAtUsec, timeBasis }: Incident, toText: (usec: RealtimeUsec) => string = utcText): Html {
  return html`${prefixes[timeBasis]}<time datetime="${formatUsec(occurredAtUsec)}">${toText(occurredAtUsec)}</time>`;
}
