import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootWithExporter, incidentsOf, type LiveMachine } from './live-machine.ts';
import { testedSuites } from './tested-suites.ts';

const sourceUp = 'systemd_stop_exporter_source_up{source="dbus"}';

describe.each(testedSuites)('without its bus on %s, the exporter', (suite) => {
  let live: LiveMachine;

  beforeAll(async () => {
    live = await bootWithExporter(suite);
  });
  afterAll(() => live?.[Symbol.asyncDispose]());

  async function isUp(): Promise<number> {
    const { body } = await live.exporter.get('/metrics', 'text/plain');
    return Number(
      body
        .split('\n')
        .find((line) => line.startsWith(sourceUp))
        ?.slice(sourceUp.length),
    );
  }

  test('says so, comes back with the bus, and counts once what stopped meanwhile', async () => {
    const { machine, exporter } = live;
    await machine.exec('systemctl start sleepy.service templated@1.service');
    expect(await isUp()).toBe(1);
    await machine.exec('systemctl stop dbus.socket dbus.service');
    await expect.poll(isUp, { timeout: 15_000 }).toBe(0);
    expect((await exporter.get('/-/ready')).status).toBe(503);
    expect((await exporter.get('/-/healthy')).status).toBe(200);
    await machine.exec('systemctl stop sleepy.service');
    await machine.exec('systemctl start dbus.socket dbus.service');
    await exporter.ready();
    expect(await isUp()).toBe(1);
    await machine.exec('systemctl stop templated@1.service');
    const incidents = await incidentsOf(exporter, ['sleepy.service', 'templated@1.service']);
    expect(incidents.map(({ unit, cause }) => `${unit} ${cause}`).sort()).toEqual([
      'sleepy.service requested',
      'templated@1.service requested',
    ]);
  });
});
