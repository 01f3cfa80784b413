import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { layOut, makePackage } from '../../../packaging/package.ts';
import { exporterAt } from '../live-exporter.ts';
import { bootMachine, type Machine } from '../machine.ts';
import { runPlaybook } from './ansible.ts';

const unit = 'systemd-stop-exporter.service';
const directory = mkdtempSync(join(tmpdir(), 'ansible-'));
/** Ansible installs Debian packages by Python's module of apt. The bed's Debian 12 has Python without it, and this host is one too. */
const pythonForApt = '/usr/lib/python3/dist-packages';
const parts = new AsyncDisposableStack();
let machine: Machine;
let file = '';

beforeAll(async () => {
  parts.defer(() => rmSync(directory, { recursive: true }));
  await layOut('x64');
  file = makePackage({ packager: 'deb', version: '0.0.1', architecture: 'x64' }, directory);
  machine = await bootMachine({ suite: 'bookworm', node: '', binds: [`${pythonForApt}:${pythonForApt}:ro`] });
  parts.defer(() => machine.stop());
});
afterAll(() => parts.disposeAsync());

test('the Ansible role installs, changes nothing the second time, and restarts for new settings', {
  timeout: 600_000,
}, async () => {
  const apply = (port: number) =>
    runPlaybook(machine, directory, {
      systemd_stop_exporter_package: file,
      systemd_stop_exporter_flags: { 'web.listen-address': `127.0.0.1:${port}`, 'log.level': 'debug' },
    });
  const mainPid = async () => (await machine.exec(`systemctl show --value --property=MainPID ${unit}`)).stdout;
  const tried = { unreachable: 0, failed: 0 };

  // The file, the package, the settings, and the restart that they ask for.
  expect(await apply(19560)).toMatchObject({ ...tried, changed: 4 });
  const exporter = exporterAt(machine, unit, 19560);
  await exporter.ready();
  expect((await machine.exec(`systemctl is-enabled ${unit}`)).stdout).toBe('enabled\n');
  await machine.exec('systemctl start sleepy');
  await machine.operate('systemctl stop sleepy');
  const seen = async () => (await exporter.incidents()).map(({ unit: stopped, cause }) => `${stopped} ${cause}`);
  await expect.poll(seen, { timeout: 30_000 }).toContain('sleepy.service requested');

  const pid = await mainPid();
  expect(await apply(19560)).toMatchObject({ ...tried, changed: 0 });
  expect(await mainPid()).toBe(pid);

  expect(await apply(19561)).toMatchObject({ ...tried, changed: 2 });
  await exporterAt(machine, unit, 19561).ready();
});
