import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LiveExporter, startExporter } from './live-exporter.ts';
import { bootOwnMachine, incidentsOf, type OwnMachine, stopOverBus } from './live-machine.ts';
import { rootFileSystem } from './machine.ts';
import { testedSuites } from './tested-suites.ts';

const managerCall = 'busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager StopUnit ss';

/** Debian 11 has no dbus-broker. */
const suitesWithBroker = testedSuites.filter((suite) => suite !== 'bullseye');

describe.each(suitesWithBroker)('with dbus-broker on %s, the exporter', (suite) => {
  let own: OwnMachine;
  let exporter: LiveExporter;

  beforeAll(async () => {
    const broker = `${rootFileSystem(suite)}/usr/lib/systemd/system/dbus-broker.service`;
    own = await bootOwnMachine(suite, { binds: [`${broker}:/etc/systemd/system/dbus.service:ro`] });
    const { stdout } = await own.machine.exec('cat /proc/$(systemctl show --value -p MainPID dbus.service)/comm');
    expect(stdout).toContain('dbus-broker');
    exporter = await startExporter(own.machine, { user: 'root' });
  });
  afterAll(() => own?.[Symbol.asyncDispose]());

  test('is told by check to run as root', async () => {
    const { stdout } = await own.machine.exec('/usr/local/bin/node /opt/exporter/src/main.ts check --source.dbus=on', {
      user: 'messagebus',
      allowFailure: true,
    });
    expect(stdout).toMatch(/^PART +dbus .*\n +do: .*User=root/m);
  });

  test('sees who asks over the bus, and that an attempt was refused', async () => {
    const { machine } = own;
    await machine.exec('systemctl start sleepy.service templated@1.service templated@2.service');
    await machine.operate('systemctl stop sleepy.service');
    await machine.operate(`${managerCall} templated@1.service replace || true`, { user: 'alice' });
    await machine.operate(stopOverBus('templated@2.service'));
    const incidents = await incidentsOf(exporter, ['sleepy.service', 'templated@2.service']);
    expect(incidents.map(({ unit, cause, sender }) => [unit, cause, sender?.name])).toEqual([
      ['sleepy.service', 'requested', undefined],
      ['templated@2.service', 'requested', 'fire-and-forget'],
    ]);
    expect((await exporter.incidents()).filter(({ unit }) => unit === 'templated@1.service')).toEqual([]);
    expect((await machine.exec('systemctl is-active templated@1.service')).stdout.trim()).toBe('active');
  });

  test('comes back after a restart of the broker', async () => {
    const { machine } = own;
    await machine.exec('systemctl stop dbus.socket dbus.service');
    await expect.poll(async () => (await exporter.get('/-/ready')).status, { timeout: 15_000 }).toBe(503);
    await machine.exec('systemctl start dbus.socket dbus.service');
    await exporter.ready();
    await machine.exec('systemctl start sleepy.service');
    const before = (await exporter.incidents()).filter(({ unit }) => unit === 'sleepy.service').length;
    await machine.operate(stopOverBus('sleepy.service'));
    const stops = async () => (await exporter.incidents()).filter(({ unit }) => unit === 'sleepy.service');
    await expect.poll(async () => (await stops()).length, { timeout: 15_000 }).toBe(before + 1);
    expect((await stops()).at(-1)).toMatchObject({ cause: 'requested', sender: { name: 'fire-and-forget' } });
  });
});
