import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LiveExporter, startExporter } from './live-exporter.ts';
import { bootOwnMachine, incidentsOf, type OwnMachine } from './live-machine.ts';
import type { Machine } from './machine.ts';
import { testedSuites } from './tested-suites.ts';

const stopsTotal = 'systemd_stop_exporter_stops_total';
const mainPid = (unit: string): string => `$(systemctl show --value -p MainPID ${unit})`;

describe.each(testedSuites)('the exporter, restarted on %s', (suite) => {
  let own: OwnMachine;
  let machine: Machine;
  let exporter: LiveExporter;

  beforeAll(async () => {
    own = await bootOwnMachine(suite);
    machine = own.machine;
    exporter = await startExporter(machine);
  });
  afterAll(() => own?.[Symbol.asyncDispose]());

  /** Cause, attribution and how often, of each unit. */
  async function told(...units: readonly string[]): Promise<readonly string[]> {
    const incidents = await incidentsOf(exporter, units);
    return incidents.map(({ unit, cause, attribution }) => `${unit} ${cause} ${attribution}`).sort();
  }

  /** A series is born as zero, for one scrape. */
  async function expectAllCounted(): Promise<void> {
    await expect.poll(async () => (await exporter.total(stopsTotal)) - (await exporter.incidents()).length).toBe(0);
  }

  test('counts what stopped while it was down, once, and marks it inferred', async () => {
    const units = [1, 2, 3, 4].map((number) => `templated@${number}.service`);
    await machine.exec(`systemctl start ${units.join(' ')} exec-stop.service`);
    await machine.exec(`systemctl stop ${exporter.unit}`);
    await machine.exec(`systemctl stop templated@1.service; kill -KILL ${mainPid('templated@2.service')}`);
    await machine.exec('systemctl restart templated@3.service');
    await machine.exec(`systemctl start ${exporter.unit}`);
    await exporter.ready();
    const expected = [
      'templated@1.service requested inferred',
      'templated@2.service signal inferred',
      'templated@3.service requested inferred',
    ];
    expect(await told('templated@1.service', 'templated@2.service', 'templated@3.service')).toEqual(expected);

    const before = await exporter.total(stopsTotal);
    await machine.exec(`systemctl stop ${exporter.unit}; systemctl start ${exporter.unit}`);
    await exporter.ready();
    // Its own stop is told by the journal as the last thing it missed: then the rest has been read again too.
    await expect.poll(() => exporter.total(stopsTotal), { timeout: 15_000 }).toBe(before + 1);
    expect(await told(...units.slice(0, 3))).toEqual(expected);
    expect((await exporter.incidents()).length).toBe(before + 1);
  });

  test('killed in the middle of a stop, counts it once', async () => {
    await machine.exec('systemctl start slow-stop.service; systemctl --no-block stop slow-stop.service');
    await machine.exec(`kill -KILL ${mainPid(exporter.unit)}`);
    await exporter.ready();
    expect(await told('slow-stop.service')).toEqual(['slow-stop.service requested inferred']);
    await expectAllCounted();
  });

  test('started in the middle of a stop, counts it once', async () => {
    await machine.exec(`systemctl start two-second-stop.service; systemctl stop ${exporter.unit}`);
    await machine.exec(`systemctl --no-block stop two-second-stop.service; systemctl start ${exporter.unit}`);
    await exporter.ready();
    expect(await told('two-second-stop.service')).toEqual(['two-second-stop.service requested inferred']);
    await expectAllCounted();
  });
});
