import { beforeAll, describe, expect, test } from 'vitest';
import { type Judgement, judge } from '../system/score/judge.ts';
import { totalsOf } from '../system/score/score-table.ts';
import { incidentsDuring } from '../system/score/witnesses.ts';
import { capturesOf, runInVm, type VmRun } from './run-in-vm.ts';
import { endingsInVm, scenariosInVm } from './scenarios-in-vm.ts';
import { verdictsOf } from './verdicts.ts';

let run: VmRun;
let byProbe: readonly Judgement[];
let byExporter: readonly Judgement[];

beforeAll(async () => {
  run = await runInVm('service_stop', scenariosInVm, endingsInVm);
  byProbe = await Promise.all(
    run.performances
      .filter(({ scenario }) => scenario.last !== true)
      .map(async (performed) =>
        judge({ ...performed, suite: 'testing' }, await verdictsOf(`${capturesOf('service_stop')}/${performed.scenario.name}`)),
      ),
  );
  byExporter = run.performances.map((performed) =>
    judge({ ...performed, suite: 'testing' }, incidentsDuring(performed, run.incidents)),
  );
  for (const [name, judgements] of Object.entries({ 'probe alone': byProbe, exporter: byExporter })) {
    process.stdout.write(`\n${name}: ${JSON.stringify(totalsOf(judgements))}\n`);
    for (const { scenario, remarks } of judgements)
      for (const remark of remarks) process.stdout.write(`  ${scenario}: ${remark}\n`);
  }
});

test('every scenario was carried out', () => {
  expect(run.failures).toEqual([]);
});

/** A probe in PID 1 sees the name that a caller has on the bus; who has it, the bus knows. */
const busCallers = ['busctl-stop-unit', 'busctl-kill-unit', 'fire-and-forget'];

describe('the records of systemtap alone', () => {
  everyStopIsRight(() => byProbe.filter(({ scenario }) => !busCallers.includes(scenario)));

  test('no sender is wrong where he called over the bus', () => {
    expect(byProbe.filter(({ scenario, senders }) => busCallers.includes(scenario) && senders.wrong > 0)).toEqual([]);
  });
});

describe('the exporter in the machine, with systemtap, the bus and the journal', () => {
  everyStopIsRight(() => byExporter);
});

function everyStopIsRight(judgements: () => readonly Judgement[]): void {
  test('no stop is missed and none is counted twice', () => {
    expect(judgements().filter(({ missed, doubled }) => missed + doubled > 0)).toEqual([]);
  });

  test('every cause is right', () => {
    expect(judgements().filter(({ causesRight, stops }) => causesRight < stops)).toEqual([]);
  });

  test('every sender is right', () => {
    expect(judgements().filter(({ senders, stops }) => senders.right < stops)).toEqual([]);
  });

  test('every ancestry is right', () => {
    expect(judgements().filter(({ ancestries }) => ancestries.right < ancestries.known)).toEqual([]);
  });

  test('what pulled a unit in is right', () => {
    expect(judgements().filter(({ triggers }) => triggers.right < triggers.known)).toEqual([]);
  });
}
