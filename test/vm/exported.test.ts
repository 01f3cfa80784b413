import { beforeAll, expect, test } from 'vitest';
import { type Judgement, judge } from '../system/score/judge.ts';
import { capturesOf, runInVm, type VmRun } from './run-in-vm.ts';
import { scenariosOfExported } from './scenarios-in-vm.ts';
import { verdictsOf } from './verdicts.ts';

/** The probe that knows only what systemd's library exports: nothing of a call path, yet all that the kernel tells. */
const probe = 'service_stop_exported';
let run: VmRun;
let judgements: readonly Judgement[];

beforeAll(async () => {
  run = await runInVm(probe, scenariosOfExported);
  judgements = await Promise.all(
    run.performances.map(async (performed) =>
      judge({ ...performed, suite: 'testing' }, await verdictsOf(`${capturesOf(probe)}/${performed.scenario.name}`)),
    ),
  );
  for (const { scenario, remarks } of judgements)
    for (const remark of remarks) process.stdout.write(`  ${scenario}: ${remark}\n`);
});

test('every scenario was carried out', () => {
  expect(run.failures).toEqual([]);
});

test('no stop is missed and none is counted twice', () => {
  expect(judgements.filter(({ missed, doubled }) => missed + doubled > 0)).toEqual([]);
});

test('every sender and every ancestry is right', () => {
  expect(judgements.filter(({ senders, stops }) => senders.right < stops)).toEqual([]);
  expect(judgements.filter(({ ancestries }) => ancestries.right < ancestries.known)).toEqual([]);
});
