/** A post-mortem goes on paper: everything open, nothing to click. */
export const printStyle = `@media print {
  :root { --paper: #fff; --surface: #fff; }
  body { font-size: 10pt; }
  .top, .skip, .actions a, .filter, .pages { display: none; }
  main { padding: 0; max-width: none; }
  pre, .proof pre, h1, dt, dd, .conflicts li, .frames li > span, .module, .timeline, .timeline li > span, .tree div, .panel .answer { max-height: none; overflow: visible; }
  details:not([open])::details-content { content-visibility: visible; block-size: auto; }
  .badge, .waterfall rect, .conflicts, .doubt { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .columns { grid-template-columns: minmax(0, 1fr); }
  section, li, tr { break-inside: avoid; }
  section:has(> .evidence, > details, > .waterfall) { break-inside: auto; }
}
`;
