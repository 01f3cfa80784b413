import { parseArgs } from 'node:util';
import type { Row, Scale } from './finding.ts';
import { rows } from './rows.ts';
import { renderTable } from './table.ts';
import { describeMachine } from './this-machine.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { full: { type: 'boolean' }, quick: { type: 'boolean' }, list: { type: 'boolean' } },
});
const scale: Scale = values.full === true ? 'full' : 'quick';

const unknown = positionals.filter((name) => !rows.some((row) => row.name === name));
if (values.list === true) {
  for (const { name, about } of rows) console.log(`${name.padEnd(12)} ${about}`);
} else if (unknown.length > 0) {
  console.error(`No row "${unknown.join('", "')}": there are ${rows.map(({ name }) => name).join(' ')}`);
  process.exitCode = 2;
} else {
  process.exitCode = await runAll(rows.filter(({ name }) => positionals.length === 0 || positionals.includes(name)));
}
// What a failed row may have left open must not hold the table back.
process.exit();

/** Each row is printed as it is done. One that fails is told and does not keep the others from being measured. */
async function runAll(chosen: readonly Row[]): Promise<number> {
  let failed = 0;
  console.log(`${describeMachine()}, ${scale}`);
  for (const row of chosen) {
    console.log(`\n${row.name}: ${row.about}`);
    try {
      console.log(renderTable(await row.measure(scale)));
    } catch (error) {
      failed++;
      console.error(`${row.name} could not be measured:`, error);
    }
  }
  return failed === 0 ? 0 : 1;
}
