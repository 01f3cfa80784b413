import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { countedStopsQuery } from '../../src/incident-log/counted-stops.ts';
import { migrations } from '../../src/incident-log/schema.ts';

test('a start reads what was counted from an index, not from the incidents themselves', () => {
  using db = new DatabaseSync(':memory:');
  for (const migration of migrations) db.exec(migration);
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${countedStopsQuery}`).all(0);
  expect(plan.map(({ detail }) => detail)).toEqual([expect.stringContaining('COVERING INDEX counted_stops (seq>?)')]);
});
