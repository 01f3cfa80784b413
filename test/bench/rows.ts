import type { Row } from './finding.ts';
import { memoryRow } from './rows/memory.ts';
import { packageRow } from './rows/package.ts';
import { replayRow } from './rows/replay.ts';
import { seriesRow } from './rows/series.ts';
import { startRow } from './rows/start.ts';
import { verdictsRow } from './rows/verdicts.ts';

/** In the order of the table in docs/performance.md. */
export const rows: readonly Row[] = [seriesRow, replayRow, verdictsRow, startRow, memoryRow, packageRow];
