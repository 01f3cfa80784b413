/** Type, links, the frame around every page. */
export const baseStyle = `*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 0.9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, Cantarell, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
code, pre, .place, .source { font-family: ui-monospace, SFMono-Regular, "Cascadia Mono", "Roboto Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { font-size: 0.92em; unicode-bidi: isolate; }
h1, h2, p, ul, ol, dl, dd, pre { margin: 0; padding: 0; }
h1 { font-size: clamp(1.25rem, 1.05rem + 1vw, 1.75rem); line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; max-height: 14em; overflow: auto; }
h1 code { font-size: 0.94em; font-weight: 650; }
h2 { font-size: 1.0625rem; line-height: 1.3; font-weight: 650; margin-bottom: 0.625rem; }
a { color: var(--link); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
.muted, .note { color: var(--muted); }
.note { font-size: 0.8125rem; max-width: 95ch; }
.lead { color: var(--muted); max-width: 70ch; }
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--surface); padding: 0.5rem 1rem; }
.skip:focus { top: 0.5rem; }
.top { border-bottom: 1px solid var(--line); background: var(--surface); }
.top nav, main { max-width: 74rem; margin: 0 auto; padding: 0 clamp(1rem, 3vw, 2rem); }
.top nav { display: flex; align-items: center; gap: 0.25rem 1.5rem; min-height: 3rem; flex-wrap: wrap; }
.top a { color: var(--muted); text-decoration: none; padding: 0.75rem 0; }
.top a:hover { color: var(--ink); }
.top a[aria-current] { color: var(--ink); box-shadow: inset 0 -2px var(--ink); }
.top .brand { display: flex; align-items: center; gap: 0.5rem; color: var(--ink); font-weight: 600; }
main { padding-top: 1.75rem; padding-bottom: 4rem; }
section { margin-top: 2.25rem; }
.badge {
  display: inline-block; padding: 0.0625rem 0.5rem; border-radius: 0.3rem; font-size: 0.8125rem; line-height: 1.5; font-weight: 600; white-space: nowrap;
  color: var(--unknown); background: var(--unknown-paper);
}
.badge.asked { color: var(--asked); background: var(--asked-paper); }
.badge.ended { color: var(--ended); background: var(--ended-paper); }
.badge.failed { color: var(--failed); background: var(--failed-paper); }
.badge.lost { color: var(--lost); background: var(--lost-paper); }
.empty { margin-top: 2rem; padding: 2rem; border: 1px dashed var(--line); border-radius: 0.5rem; background: var(--surface); }
.empty p { max-width: 65ch; }
.empty * + p { margin-top: 0.5rem; }
.empty code { padding: 0.05rem 0.3rem; background: var(--sunken); border-radius: 0.25rem; }
`;
