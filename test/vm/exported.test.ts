import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import type { IncidentDocument } from '../../src/model/incident-document.ts';
import { type Judgement, judge } from '../system/score/judge.ts';
import { totalsOf } from '../system/score/score-table.ts';
import { capturesOf, runInVm, type VmRun } from './run-in-vm.ts';
import { scenariosOfExported } from './scenarios-in-vm.ts';
import { verdictsOf } from './verdicts.ts';

/** The probe that knows only what systemd's library exports: nothing of a call path, yet all that the kernel tells. */
const probe = 'service_stop_exported';
let run: VmRun;
let incidents: readonly (readonly IncidentDocument[])[];
let judgements: readonly Judgement[];

beforeAll(async () => {
  run = await runInVm(probe, scenariosOfExported);
  incidents = await Promise.all(run.performances.map(({ scenario }) => verdictsOf(`${capturesOf(probe)}/${scenario.name}`)));
  judgements = run.performances.map((performed, index) => judge({ ...performed, suite: 'testing' }, incidents[index] ?? []));
  process.stdout.write(`\nexported symbols: ${JSON.stringify(totalsOf(judgements))}\n`);
  for (const { scenario, remarks } of judgements)
    for (const remark of remarks) process.stdout.write(`  ${scenario}: ${remark}\n`);
});

test('every scenario was carried out', () => {
  expect(run.failures).toEqual([]);
});

test('every record with frames says that their names are those of exported neighbours', async () => {
  const logs = run.performances.map(({ scenario }) => readFile(`${capturesOf(probe)}/${scenario.name}/stap.log`, 'utf8'));
  const stops = (await Promise.all(logs)).join('').match(/^begin \d+ stop .*$/gm) ?? [];
  expect(stops).not.toEqual([]);
  expect(stops.filter((record) => !record.includes(' symbols=exported'))).toEqual([]);
});

test('no frame is called reliable', () => {
  const frames = incidents.flat().flatMap(({ call_path }) => call_path);
  expect(frames).not.toEqual([]);
  expect(frames.filter(({ reliable }) => reliable)).toEqual([]);
});

test('no stop is missed and none is counted twice', () => {
  expect(judgements.filter(({ missed, doubled }) => missed + doubled > 0)).toEqual([]);
});

/** Of a stop whose call path cannot be read nothing but a request or a move tells why; both are there to be seen. */
test('every cause that the probe can see is right, and the others are unknown', () => {
  const told = run.performances.map(({ scenario }, index) => [
    scenario.name,
    ...(incidents[index] ?? []).map(({ cause }) => cause),
  ]);
  const seen = ['requested', 'cgroup-empty'];
  const wanted = scenariosOfExported.map(({ name, act, expect: stops }) => [
    name,
    ...stops.map(({ cause }) => (seen.includes(cause) && !act.includes('kill') ? cause : 'unknown')),
  ]);
  expect(told).toEqual(wanted);
});

test('no sender is wrong, and every ancestry is right', () => {
  expect(judgements.filter(({ senders }) => senders.wrong > 0)).toEqual([]);
  expect(judgements.filter(({ ancestries }) => ancestries.right < ancestries.known)).toEqual([]);
});
