/** Ink on paper reaches 4.5:1 everywhere, bars 3:1. */
export const colours = `:root {
  color-scheme: light dark;
  --paper: #fbfbfa; --surface: #ffffff; --sunken: #f2f3f4; --line: #e0e2e6; --ink: #1b1f24; --muted: #5b616a; --link: #0a5aa8; --focus: #0a6fd6;
  --asked: #0b4a86; --asked-paper: #dfeefb; --ended: #0c5841; --ended-paper: #dcf1e9; --failed: #94201a; --failed-paper: #fde4e1;
  --lost: #5f2a94; --lost-paper: #f0e5fb; --unknown: #454a52; --unknown-paper: #e7e9ec; --warning: #7a4b00; --warning-paper: #fdf0d5;
  --bar-stop: #59687a; --bar-request: #2f7bc0; --bar-process: #1d8a7c; --bar-call-path: #7a55b8; --bar-frame: #9a7cd0; --bar-state: #b97a12;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #101214; --surface: #171a1d; --sunken: #1e2226; --line: #2c3137; --ink: #e5e8eb; --muted: #9aa2ab; --link: #85c3ff; --focus: #5fb0ff;
    --asked: #a9d3ff; --asked-paper: #12304d; --ended: #98dfc3; --ended-paper: #0f3428; --failed: #ffb8b1; --failed-paper: #4b1c19;
    --lost: #dcc3ff; --lost-paper: #37224f; --unknown: #c6cbd1; --unknown-paper: #2b3036; --warning: #f4cf8c; --warning-paper: #3d2c0b;
    --bar-stop: #8595a8; --bar-request: #4f9fe6; --bar-process: #35b09f; --bar-call-path: #a07fe0; --bar-frame: #8a6fc4; --bar-state: #d39a35;
  }
}
`;
