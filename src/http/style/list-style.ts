/** The overview and the list of incidents: a table, and cards where there is no room for one. */
export const listStyle = `.intro { display: grid; gap: 0.375rem; }
.links { list-style: none; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(11rem, 45%), 1fr)); gap: 0.75rem; margin-top: 1.5rem; }
.links a { display: grid; align-content: start; padding: 0.75rem 1rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--surface); text-decoration: none; height: 100%; }
.links a:hover { border-color: var(--link); }
.links span { color: var(--muted); font-size: 0.8125rem; }
.sources { list-style: none; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--surface); }
.sources li { display: flex; flex-wrap: wrap; gap: 0.125rem 0.75rem; align-items: baseline; padding: 0.5rem 1rem; }
.sources li + li { border-top: 1px solid var(--line); }
.sources code { min-width: 4.5rem; }
.detail { color: var(--muted); flex: 1 1 16rem; }
.health { min-width: 4rem; font-size: 0.8125rem; font-weight: 600; }
.health::before { content: ""; display: inline-block; width: 0.5rem; height: 0.5rem; margin-right: 0.375rem; border-radius: 50%; background: currentColor; }
.health.up { color: var(--ended); }
.health.down { color: var(--failed); }
.health.down::before { border-radius: 0; }
.chips { list-style: none; display: flex; flex-wrap: wrap; gap: 0.375rem; margin-top: 0.25rem; }
.chips a { text-decoration: none; padding: 0.125rem 0.625rem; }
.chips b { font-weight: 500; opacity: 0.85; margin-left: 0.25rem; }
.chips a:hover, .chips a[aria-current] { box-shadow: inset 0 0 0 1.5px currentColor; }
.filter { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end; margin-top: 1.25rem; }
.filter label { display: grid; gap: 0.125rem; font-size: 0.8125rem; color: var(--muted); flex: 0 1 14rem; }
.filter input, .filter select, .filter button {
  font: inherit; font-size: 0.9375rem; color: var(--ink); background: var(--surface); border: 1px solid var(--muted); border-radius: 0.375rem; padding: 0.3125rem 0.625rem;
  min-height: 2.25rem; width: 100%;
}
.filter button { width: auto; padding: 0.3125rem 1rem; font-weight: 600; cursor: pointer; }
.filter button:hover { background: var(--sunken); }
.filter > a { padding: 0.375rem 0; }
::placeholder { color: var(--muted); opacity: 0.8; }
.incidents { width: 100%; margin-top: 1.25rem; table-layout: fixed; border-collapse: collapse; background: var(--surface); box-shadow: 0 0 0 1px var(--line); border-radius: 0.5rem; overflow: hidden; }
h2 + .incidents { margin-top: 0; }
.incidents th { text-align: left; font-size: 0.8125rem; font-weight: 600; color: var(--muted); padding: 0.5rem 0.875rem; background: var(--sunken); }
.incidents th:nth-child(1) { width: 14.5rem; }
.incidents th:nth-child(2) { width: 23%; }
.incidents th:nth-child(3) { width: 9.75rem; }
.incidents th:nth-child(4) { width: 15%; }
.incidents td { padding: 0.5rem 0.875rem; vertical-align: top; border-top: 1px solid var(--line); }
.incidents tbody tr:hover { background: var(--sunken); }
.incidents .when { color: var(--muted); font-size: 0.8125rem; line-height: 1.75; }
.incidents .unit a { font-weight: 600; text-decoration: none; }
.incidents .unit a:hover { text-decoration: underline; }
.incidents .unit code, .incidents .summary p, .incidents .sender code, .incidents .sender span { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; overflow: hidden; }
.incidents .sender { font-size: 0.875rem; }
.pages, .more { display: flex; gap: 1.25rem; margin-top: 1rem; }
.pages .aside { margin-left: auto; }
@media screen and (max-width: 50rem) {
  .incidents, .incidents tbody { display: block; background: none; box-shadow: none; border-radius: 0; }
  .incidents thead { display: none; }
  .incidents tr {
    display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0.25rem 0.75rem; padding: 0.75rem 1rem; margin-bottom: 0.625rem;
    background: var(--surface); border: 1px solid var(--line); border-radius: 0.5rem;
  }
  .incidents td { display: block; padding: 0; border: 0; min-width: 0; }
  .incidents .unit { grid-area: 1 / 1; }
  .incidents .cause { grid-area: 1 / 2; }
  .incidents .summary { grid-area: 2 / 1 / 3 / 3; }
  .incidents .sender { display: none; }
  .incidents .when time::after { content: " UTC"; }
  .incidents .when { grid-area: 3 / 1 / 4 / 3; line-height: 1.5; }
  .filter label { flex: 1 1 100%; }
}
`;
