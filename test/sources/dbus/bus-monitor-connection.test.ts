import { describe, expect, onTestFinished, test } from 'vitest';
import type { BusMessage } from '../../../src/sources/dbus/bus-message.ts';
import { openBusMonitor } from '../../../src/sources/dbus/bus-monitor-connection.ts';
import type { SystemBus } from '../../../src/sources/dbus/system-bus.ts';
import { joinBus, Message, Variant } from './bus-peer.ts';
import { hasDbusDaemon, noMonitors, startPrivateBus } from './private-bus.ts';
import { pathOf, startScriptedSystemd } from './scripted-systemd.ts';
import { until } from './until.ts';

const systemd = 'org.freedesktop.systemd1';

async function monitor(address: string, onMessage: (message: BusMessage) => void) {
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  return openBusMonitor({
    address,
    timeoutMs: 5000,
    nowUsec: () => 1,
    onMessage,
    onUnreadable: () => undefined,
    signal: abort.signal,
  });
}

async function monitored(address: string): Promise<{ readonly bus: SystemBus; readonly seen: readonly string[] }> {
  const seen: string[] = [];
  const bus = await monitor(address, ({ type, sender = '', member, errorName, body }) => {
    if (member !== 'NameLost' && member !== 'NameAcquired')
      seen.push([type, sender, member ?? errorName ?? '', String(body[0] ?? '')].join(' '));
  });
  if ('refused' in bus) throw new Error(bus.refused);
  return { bus, seen };
}

describe.skipIf(!hasDbusDaemon)('openBusMonitor()', () => {
  test('sees the requests that can stop something, by either name of systemd, and the jobs and refusals in reply', async () => {
    const { address } = await startPrivateBus();
    const peer = await startScriptedSystemd(address);
    const caller = await joinBus(address);
    const { seen } = await monitored(address);
    await caller.call(systemd, 'StopUnit', ['a.service', 'replace']);
    await caller.call(peer.uniqueName, 'StopUnit', ['b.service', 'replace']);
    await expect(caller.call(systemd, 'KillUnit', ['c.service'])).rejects.toThrow('as scripted');
    const job = '/org/freedesktop/systemd1/job/77';
    await until(() => seen.length >= 6);
    expect(seen).toEqual([
      `method-call ${caller.uniqueName} StopUnit a.service`,
      `method-return ${peer.uniqueName}  ${job}`,
      `method-call ${caller.uniqueName} StopUnit b.service`,
      `method-return ${peer.uniqueName}  ${job}`,
      `method-call ${caller.uniqueName} KillUnit c.service`,
      `error ${peer.uniqueName} org.freedesktop.systemd1.UnknownMethod as scripted`,
    ]);
  });

  test('does not see what it has no use for: other calls and their replies', async () => {
    const { address } = await startPrivateBus();
    await startScriptedSystemd(address, [{ name: 'a.service', activeState: 'active', subState: 'running' }]);
    const caller = await joinBus(address);
    const { seen } = await monitored(address);
    await caller.call(systemd, 'ListUnits');
    await caller.call(systemd, 'GetAll', [`${systemd}.Unit`], pathOf('a.service'));
    await caller.call(systemd, 'StopUnit', ['a.service', 'replace']);
    await until(() => seen.length === 2);
    expect(seen[0]).toContain('StopUnit');
  });

  test('sees the signals of systemd, and none that another sends from its objects', async () => {
    const { address } = await startPrivateBus();
    const peer = await startScriptedSystemd(address);
    const forger = await joinBus(address);
    const { seen } = await monitored(address);
    forger.library.send(
      Message.newSignal('/org/freedesktop/systemd1', `${systemd}.Manager`, 'JobNew', 'uos', [1, '/', 'forged.service']),
    );
    await forger.call('org.freedesktop.DBus', 'GetId', [], '/org/freedesktop/DBus');
    peer.jobNew(1, 'a.service');
    peer.unitChanged('a.service', { ActiveState: new Variant('s', 'inactive') });
    peer.signal('UnitNew', 'so', 'a.service', pathOf('a.service'));
    peer.signal('UnitRemoved', 'so', 'a.service', pathOf('a.service'));
    await until(() => seen.length >= 3);
    expect(seen.map((line) => line.split(' ').slice(1, 3))).toEqual([
      [peer.uniqueName, 'JobNew'],
      [peer.uniqueName, 'PropertiesChanged'],
      [peer.uniqueName, 'UnitRemoved'],
    ]);
  });

  test('sees names come and go', async () => {
    const { address } = await startPrivateBus();
    const { seen } = await monitored(address);
    const caller = await joinBus(address);
    caller.leave();
    await until(() => seen.length === 2);
    expect(seen).toEqual(Array(2).fill(`signal org.freedesktop.DBus NameOwnerChanged ${caller.uniqueName}`));
  });

  test('is not thrown out, whatever is called on systemd', async () => {
    const { address } = await startPrivateBus();
    await startScriptedSystemd(address);
    const caller = await joinBus(address);
    const { bus, seen } = await monitored(address);
    const interfaces = [
      'org.freedesktop.DBus.Peer',
      'org.freedesktop.DBus.Introspectable',
      'org.freedesktop.DBus.Properties',
      undefined,
    ];
    const members = ['Ping', 'GetMachineId', 'Introspect', 'Get', 'Stop', 'StopUnit', 'Reload'];
    for (const interfaceName of interfaces)
      for (const member of members)
        caller.library.send(
          new Message({
            destination: systemd,
            path: '/org/freedesktop/systemd1',
            member,
            ...(interfaceName && { interface: interfaceName }),
          }),
        );
    await caller.call(systemd, 'StopUnit', ['last.service', 'replace']);
    await until(() => seen.some((line) => line.endsWith('last.service')));
    await expect(Promise.race([bus.ended, Promise.resolve('still there')])).resolves.toBe('still there');
  });

  test('is refused by a bus that does not want to be watched', async () => {
    const { address } = await startPrivateBus(noMonitors);
    await expect(monitor(address, () => undefined)).resolves.toEqual({
      refused: expect.stringMatching(/^org\.freedesktop\.DBus\.Error\.AccessDenied: .+/),
    });
  });
});
