import { baseStyle } from './base-style.ts';
import { colours } from './colours.ts';
import { evidenceStyle } from './evidence-style.ts';
import { incidentStyle } from './incident-style.ts';
import { listStyle } from './list-style.ts';
import { printStyle } from './print-style.ts';
import { waterfallStyle } from './waterfall-style.ts';

/** The one stylesheet. A string, because `tsc` copies no .css files to dist. */
export const stylesheet = [colours, baseStyle, listStyle, incidentStyle, waterfallStyle, evidenceStyle, printStyle].join('\n');
