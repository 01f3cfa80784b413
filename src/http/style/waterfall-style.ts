const depths = Array.from({ length: 25 }, (_, depth) => `.depth-${depth} > span { padding-left: calc(${depth} * var(--step)); }`);

/** Rows of spans; on a phone the bar stands under its name. */
export const waterfallStyle = `.waterfall { --step: 0.875rem; width: 100%; border-collapse: collapse; table-layout: fixed; background: var(--surface); box-shadow: 0 0 0 1px var(--line); border-radius: 0.5rem; overflow: hidden; }
.waterfall th, .waterfall td { padding: 0.125rem 0.875rem; text-align: left; vertical-align: middle; }
.waterfall thead th { padding: 0.375rem 0.875rem; background: var(--sunken); font-size: 0.8125rem; font-weight: 600; color: var(--muted); }
.waterfall thead th:first-child { width: 40%; }
.waterfall .took { width: 7.5rem; text-align: right; font-size: 0.8125rem; color: var(--muted); white-space: nowrap; }
.waterfall tbody th { font-weight: 400; font-size: 0.875rem; line-height: 1.4; }
.waterfall tbody th > span { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
.waterfall tbody tr:nth-child(even) { background: color-mix(in srgb, var(--sunken) 45%, transparent); }
.waterfall tbody tr:hover { background: var(--sunken); }
.waterfall .role-stop th { font-weight: 650; }
.waterfall svg { display: block; overflow: visible; }
.waterfall .axis text { fill: var(--muted); font-size: 0.75rem; font-weight: 400; }
.waterfall .grid { stroke: var(--line); }
.waterfall rect { fill: var(--bar-stop); }
.waterfall .role-request rect { fill: var(--bar-request); }
.waterfall .role-process rect { fill: var(--bar-process); }
.waterfall .role-call-path rect { fill: var(--bar-call-path); }
.waterfall .role-frame rect { fill: var(--bar-frame); }
.waterfall .role-state rect { fill: var(--bar-state); }
.waterfall .role-frame th, .waterfall .role-process th { font-family: ui-monospace, SFMono-Regular, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.8125rem; }
.waterfall .event { fill: var(--surface); stroke: var(--ink); stroke-width: 1.5; }
.waterfall + .note, .waterfall ~ .note { margin-top: 0.5rem; }
${depths.join('\n')}
@media screen and (max-width: 50rem) {
  .waterfall { --step: 0.5rem; }
  .waterfall, .waterfall thead, .waterfall tbody { display: block; }
  .waterfall tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; }
  .waterfall thead th:first-child, .waterfall thead .took { display: none; }
  .waterfall th, .waterfall thead th:first-child { width: auto; }
  .waterfall tbody .took { grid-row: 1; grid-column: 2; width: auto; padding-left: 0; }
  .waterfall .bar { grid-column: 1 / 3; padding-right: 2.25rem; }
  .waterfall tbody td.bar { grid-row: 2; padding-top: 0; }
}
`;
