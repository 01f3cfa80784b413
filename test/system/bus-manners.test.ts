import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LiveExporter, startExporter } from './live-exporter.ts';
import { bootOwnMachine, incidentsOf, type OwnMachine } from './live-machine.ts';
import { testedSuites } from './tested-suites.ts';

describe.each(testedSuites)('on %s, where nobody else has subscribed, the exporter', (suite) => {
  let own: OwnMachine;
  let exporter: LiveExporter;

  beforeAll(async () => {
    own = await bootOwnMachine(suite);
    // logind subscribes, and keeps systemd's signals flowing for all.
    await own.machine.exec('systemctl mask --runtime --now systemd-logind.service; systemctl start sleepy.service');
    exporter = await startExporter(own.machine, { flags: ['--source.journal=off'] });
  });
  afterAll(() => own?.[Symbol.asyncDispose]());

  test('asks systemd for its signals', async () => {
    await own.machine.exec('systemctl start templated@1.service; systemctl stop templated@1.service');
    expect(await incidentsOf(exporter, ['templated@1.service'])).toMatchObject([{ cause: 'requested' }]);
  });

  test('makes systemd load no unit, neither at its start nor after a stop', async () => {
    const { machine } = own;
    const monitor = machine.spawn('busctl --system monitor --json=short');
    let seen = '';
    monitor.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen += text;
    });
    // What it is told as it becomes a monitor.
    await once(monitor.stdout, 'data');
    // By signals: systemctl itself makes systemd load what it asks about.
    const before = await mainPid(exporter.unit);
    await machine.exec(`kill -TERM ${before}`);
    await expect.poll(() => mainPid(exporter.unit), { timeout: 15_000 }).not.toMatch(new RegExp(`^(0|${before})$`));
    await exporter.ready();
    await machine.exec(`kill -TERM ${await mainPid('sleepy.service')}`);
    expect(await incidentsOf(exporter, ['sleepy.service'])).toMatchObject([{ cause: 'signal' }]);
    await monitor.stop();
    const members = seen.split('\n').filter((line) => line.includes('"org.freedesktop.systemd1.Manager"'));
    expect(members.filter((line) => line.includes('"Subscribe"'))).not.toEqual([]);
    expect(members.filter((line) => line.includes('"UnitNew"'))).toEqual([]);
  });

  async function mainPid(unit: string): Promise<string> {
    return (await own.machine.exec(`systemctl show --value -p MainPID ${unit}`)).stdout.trim();
  }
});
