import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { FaultName } from './fault-rows.ts';
import { type Outcome, type Times, tally } from './tally.ts';

/** Set by write-table.ts, which gathers what the test files report. */
export const resultsVariable = 'FAULT_RESULTS';

/** Writes the row of a fault into the table, and expects that nothing was lost or doubled. */
export function report(name: FaultName, done: Times, outcome: Outcome): void {
  const row = tally(done, outcome);
  const directory = process.env[resultsVariable];
  if (directory !== undefined) writeFileSync(join(directory, `${name}.json`), JSON.stringify(row));
  expect(row, name).toMatchObject({ lost: 0, doubled: 0 });
}
