/** The headline, the three panels, the ancestry, the call path. */
export const incidentStyle = `.headline { display: grid; gap: 0.625rem; }
.kicker { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: baseline; color: var(--muted); font-size: 0.875rem; }
.actions { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; font-size: 0.875rem; color: var(--muted); }
.trace-id { margin-left: auto; }
.conflicts { margin-top: 1.25rem; padding: 0.875rem 1.125rem; border-left: 4px solid var(--warning); border-radius: 0.25rem; background: var(--warning-paper); color: var(--warning); }
.conflicts h2 { font-size: 0.9375rem; margin-bottom: 0.25rem; }
.conflicts ul { padding-left: 1.25rem; }
.panels { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0.875rem; margin-top: 1.5rem; }
.panel { margin: 0; padding: 0.875rem 1.125rem 1rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--surface); }
.panel h2 { font-size: 0.8125rem; color: var(--muted); margin-bottom: 0.375rem; }
.panel .answer { font-size: 1.0625rem; font-weight: 650; line-height: 1.45; max-height: 8em; overflow: auto; }
.sentence::first-letter { text-transform: uppercase; }
.panel .answer .badge { font-size: 1rem; }
dl { margin-top: 0.625rem; }
dl > div { display: grid; grid-template-columns: 5rem minmax(0, 1fr); gap: 0 0.625rem; padding: 0.25rem 0; border-top: 1px solid var(--line); }
dt, dd, .conflicts li, .frames li > span, .module { max-height: 9em; overflow: auto; }
dt { color: var(--muted); font-size: 0.8125rem; line-height: 1.65; }
dt::first-letter { text-transform: uppercase; }
dd time { font-size: 0.8125rem; }
.id { font-size: 0.72rem; }
dd { font-size: 0.875rem; }
.columns { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 0 2.5rem; align-items: start; }
.columns > :only-child { grid-column: 1 / -1; }
.note + .tree { margin-top: 0.5rem; }
.tree, .tree ul { list-style: none; }
.tree .tree { padding-left: 0.625rem; }
.tree li { position: relative; }
.tree .tree > li { padding-left: 1.125rem; }
.tree .tree > li::before { content: ""; position: absolute; left: 0; top: -0.25rem; width: 0.8125rem; height: 1.0625rem; border: solid var(--muted); border-width: 0 0 1.5px 1.5px; border-bottom-left-radius: 0.25rem; }
.tree div { padding: 0.0625rem 0; max-height: 8em; overflow: auto; }
.tree .leaf b { color: var(--bar-process); }
.command { color: var(--muted); }
.frames { list-style: none; counter-reset: frame; margin-top: 0.5rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--surface); }
.frames li {
  counter-increment: frame; display: grid; grid-template-columns: 1.25rem minmax(0, 1fr) minmax(0, auto); gap: 0 0.75rem; align-items: baseline;
  padding: 0.25rem 0.875rem;
}
.frames li::before { content: counter(frame); color: var(--muted); font-size: 0.8125rem; text-align: right; }
.frames li + li { border-top: 1px solid var(--line); }
.frames .module, .frames i { color: var(--muted); font-size: 0.8125rem; }
.frames i { font-style: normal; display: inline-block; }
.frames .unreliable b { color: var(--muted); font-style: italic; font-weight: 400; }
.frames + .note { margin-top: 0.625rem; }
.doubt { display: inline-block; padding: 0 0.375rem; border-radius: 0.25rem; font-size: 0.75rem; font-weight: 600; color: var(--warning); background: var(--warning-paper); }
@media screen and (max-width: 60rem) {
  .panels, .columns { grid-template-columns: minmax(0, 1fr); }
  .trace-id { margin-left: 0; }
}
@media screen and (max-width: 30rem) {
  .frames li { grid-template-columns: 1.25rem minmax(0, 1fr); }
  .frames .module { grid-column: 2; }
}
`;
