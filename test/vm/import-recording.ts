import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StopScenario } from '../system/scenarios/scenario.ts';
import { judge } from '../system/score/judge.ts';
import type { Performance } from '../system/score/perform.ts';
import { capturesOf } from './run-in-vm.ts';
import { verdictsOf } from './verdicts.ts';

/**
 * Makes scenarios of `npm test` from what `npm run test:vm` recorded: `node test/vm/import-recording.ts SYSTEMD [NAME]…`.
 * Refuses what is judged wrong: that is a bug, or evidence that cannot tell.
 */
const [systemd = 'unknown', ...wanted] = process.argv.slice(2);
const captures = capturesOf('service_stop');

for (const name of readdirSync(captures))
  if (wanted.length === 0 || wanted.includes(name)) console.log(`${name}: ${await importRecording(name)}`);

async function importRecording(name: string): Promise<string> {
  const capture = join(captures, name);
  const truth: StopScenario & Pick<Performance, 'actors'> = JSON.parse(readFileSync(join(capture, 'truth.json'), 'utf8'));
  const documents = await verdictsOf(capture);
  const { missed, doubled, causesRight, stops, senders, remarks } = judge(
    { scenario: truth, suite: 'testing', actors: truth.actors },
    documents,
  );
  if (missed + doubled > 0 || causesRight < stops || senders.wrong > 0) return `not imported: ${remarks.join('; ')}`;
  const target = `test/scenarios/debian-testing-systemd-${systemd}-stap-${name}`;
  mkdirSync(target, { recursive: true });
  cpSync(join(capture, 'stap.log'), join(target, 'stap.log'));
  const incidents = documents.map(({ unit, cause, attribution, sender, ancestry, exit, triggered_by, rule }) => ({
    unit,
    cause,
    attribution,
    sender: sender && { name: sender.name, pid: sender.pid },
    ancestry: ancestry.map((process) => ({ pid: process.pid, name: process.name })),
    exit,
    triggered_by: triggered_by && { unit: triggered_by.unit },
    rule,
  }));
  const expected = { what: truth.act, systemd: `systemd ${systemd}`, incidents };
  writeFileSync(join(target, 'expected.json'), `${JSON.stringify(expected, undefined, 2)}\n`);
  return `${documents.length} stops`;
}
