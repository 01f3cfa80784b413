/** Pieces of evidence, and the states and events between them. */
export const evidenceStyle = `.evidence { list-style: none; display: grid; gap: 0.625rem; margin-top: 0.5rem; counter-reset: evidence; }
.evidence li { min-width: 0; }
.witness { display: flex; flex-wrap: wrap; gap: 0 0.75rem; align-items: baseline; font-size: 0.875rem; }
.source { font-size: 0.75rem; font-weight: 600; padding: 0 0.375rem; border-radius: 0.25rem; color: var(--unknown); background: var(--unknown-paper); }
.witness time, .witness .place, .offset { color: var(--muted); font-size: 0.8125rem; }
.witness .place { margin-left: auto; }
pre {
  margin-top: 0.25rem; padding: 0.5rem 0.875rem; max-height: 16rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4;
  font-size: 0.8125rem; line-height: 1.5; background: var(--sunken); border: 1px solid var(--line); border-radius: 0.375rem;
}
/* Whole lines; what has one line less does not scroll. */
.proof pre { max-height: calc(21 * 1.5em + 0.5rem + 2px); }
details { border: 1px solid var(--line); border-radius: 0.5rem; background: var(--surface); }
details + details { margin-top: 0.5rem; }
summary { padding: 0.5rem 1rem; cursor: pointer; font-weight: 600; }
details > ol, details > .note { padding: 0 1rem 1rem; }
.count { display: inline-block; min-width: 1.375rem; padding: 0 0.375rem; margin-left: 0.25rem; border-radius: 0.6875rem; font-size: 0.75rem; text-align: center; color: var(--unknown); background: var(--unknown-paper); }
.note + .timeline { margin-top: 0.5rem; }
.timeline { list-style: none; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--surface); max-height: 32rem; overflow: auto; }
.timeline li { display: grid; grid-template-columns: 6rem minmax(0, 1fr) auto; gap: 0 1rem; align-items: baseline; padding: 0.1875rem 1rem; }
.timeline li + li { border-top: 1px solid var(--line); }
.timeline li > span { max-height: 9em; overflow: auto; }
.timeline .offset { text-align: right; line-height: 1.75; }
.attribute { color: var(--muted); font-size: 0.8125rem; margin-right: 0.375rem; }
@media screen and (max-width: 50rem) {
  .proof pre { max-height: calc(42 * 1.5em + 0.5rem + 2px); }
  .timeline li { grid-template-columns: minmax(0, 1fr) auto; }
  .timeline li > :nth-child(2) { grid-row: 2; grid-column: 1 / 3; }
  .timeline .offset { text-align: left; }
  .witness .place { margin-left: 0; }
}
`;
