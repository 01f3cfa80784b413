import { afterAll, beforeAll, expect, test } from 'vitest';
import { report } from './support/report.ts';
import { WatchedMachine } from './support/watched-machine.ts';

let watched: WatchedMachine;

beforeAll(async () => {
  watched = await WatchedMachine.boot('bookworm');
});
afterAll(async () => {
  await watched?.[Symbol.asyncDispose]();
});

/** Stops a group of services one after the other while the fault happens; the rest of them once it has happened. */
async function stopAround(group: string, fault: string): Promise<void> {
  const units = await watched.startUnits(group, 40);
  const meanwhile = units.slice(0, 30);
  watched.willStop(meanwhile);
  const script = `(sleep 0.3; ${fault}) & for unit in ${meanwhile.join(' ')}; do systemctl stop $unit; sleep 0.02; done; wait`;
  await watched.machine.exec(script, { timeoutMs: 120_000 });
  await watched.exporter.ready();
  await watched.stop(...units.slice(30));
}

test('dbus-daemon restarted', async () => {
  await stopAround('bus', 'systemctl restart dbus.service');
  report('bus-restart', watched.done, await watched.outcome());
});

test('dbus-daemon killed', async () => {
  await stopAround('kill', 'systemctl kill --signal=KILL dbus.service; sleep 0.5; systemctl restart dbus.service');
  report('bus-kill', watched.done, await watched.outcome());
});

test('journald restarted', async () => {
  await stopAround('journal', 'systemctl restart systemd-journald.service');
  report('journal-restart', watched.done, await watched.outcome());
});

test('journal rotated', async () => {
  await stopAround('rotate', 'journalctl --rotate; sleep 0.2; journalctl --rotate');
  report('journal-rotate', watched.done, await watched.outcome());
});

test('cursor vanished', async () => {
  const units = await watched.startUnits('cursor', 20);
  await watched.stop(...units.slice(0, 10));
  await watched.outcome();
  await watched.machine.exec(`systemctl stop ${watched.exporter.unit}`);
  await watched.machine.exec('journalctl --rotate; journalctl --vacuum-files=1; sleep 1; rm -f /run/log/journal/*/*@*');
  await watched.stop(...units.slice(10));
  await watched.machine.exec(`systemctl start ${watched.exporter.unit}`);
  await watched.exporter.ready();
  report('journal-vacuum', watched.done, await watched.outcome());
  expect(await watched.exporter.log()).toContain('The journal no longer has the entry that was read last');
});

test('2,000 units at once', async () => {
  const units = await watched.startUnits('burst', 2_000);
  const stopping = watched.stop(...units);
  await watched.machine.exec(`sleep 1; systemctl kill --signal=KILL ${watched.exporter.unit}`);
  await stopping;
  await watched.exporter.ready();
  report('burst-systemd', watched.done, await watched.outcome());
});
