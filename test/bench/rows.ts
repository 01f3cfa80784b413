import type { Row } from './finding.ts';
import { forksRow } from './rows/forks.ts';
import { idleRow } from './rows/idle.ts';
import { memoryRow } from './rows/memory.ts';
import { packageRow } from './rows/package.ts';
import { probeRow } from './rows/probe.ts';
import { hostReplayRow, replayRow } from './rows/replay.ts';
import { scrapeRow } from './rows/scrape.ts';
import { seriesRow } from './rows/series.ts';
import { startRow } from './rows/start.ts';
import { steadyRow } from './rows/steady.ts';
import { stormRow } from './rows/storm.ts';
import { verdictsRow } from './rows/verdicts.ts';
import { verdictsOfLogsRow } from './rows/verdicts-of-logs.ts';
import { visibleRow } from './rows/visible.ts';

/** In the order of the table in docs/performance.md. */
export const rows: readonly Row[] = [
  scrapeRow,
  seriesRow,
  visibleRow,
  stormRow,
  steadyRow,
  replayRow,
  hostReplayRow,
  verdictsRow,
  verdictsOfLogsRow,
  startRow,
  memoryRow,
  idleRow,
  probeRow,
  forksRow,
  packageRow,
];
