import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layOut, makePackage } from '../../../packaging/package.ts';
import { exporterAt } from '../live-exporter.ts';
import { type LiveProbe, probeLog, startInstalledProbe } from '../live-probe.ts';
import { bootMachine, type Machine } from '../machine.ts';
import { shippedFiles } from './shipped-files.ts';

const directory = mkdtempSync(join(tmpdir(), 'probe-package-'));
const parts = new AsyncDisposableStack();
let machine: Machine;
let file = '';

describe('the probe of the Debian package', () => {
  beforeAll(async () => {
    parts.defer(() => rmSync(directory, { recursive: true }));
    await layOut('x64');
    file = makePackage({ packager: 'deb', version: '0.0.1', architecture: 'x64' }, directory);
  });
  afterAll(() => parts.disposeAsync());

  test('is in it with its unit, beside the socket, the policy and the hook', () => {
    const contents = execFileSync('dpkg-deb', ['--contents', file], { encoding: 'utf8' });
    const paths = [...contents.matchAll(/ \.(\/\S+)$/gm)].map(([, path]) => path);
    expect(paths).toEqual(expect.arrayContaining(shippedFiles));
  });

  test("names root's systemctl to the exporter, as installed", { timeout: 400_000 }, async () => {
    machine = await bootMachine({ suite: 'bookworm', node: '', binds: [`${directory}:/packages:ro`] });
    // Last of all: what the kernel has of a probe cannot go while it runs.
    let probe: LiveProbe | undefined;
    parts.defer(() => probe?.cleanUp());
    parts.defer(() => machine.stop());
    await machine.exec(`dpkg --install /packages/${basename(file)}`);
    const { stdout: verified } = await machine.exec('systemd-analyze verify --man=no systemd-stop-exporter-probe.service 2>&1');
    expect(verified).not.toContain('systemd-stop-exporter');
    probe = await startInstalledProbe(machine, '/usr/bin/systemd-stop-exporter');
    await machine.exec(
      `echo SYSTEMD_STOP_EXPORTER_SOURCE_STAP_LOG=${probeLog} >>/etc/default/systemd-stop-exporter; systemctl restart systemd-stop-exporter`,
    );
    const exporter = exporterAt(machine, 'systemd-stop-exporter.service', 19558);
    await exporter.ready();
    await machine.exec('systemctl start sleepy');
    await machine.operate('systemctl stop sleepy');
    const seen = async () =>
      (await exporter.incidents())
        .filter(({ unit }) => unit === 'sleepy.service')
        .map(({ cause, sender }) => [cause, sender?.name]);
    await expect.poll(seen, { timeout: 30_000 }).toEqual([['requested', 'systemctl']]);
    expect(await exporter.total('systemd_stop_exporter_source_up')).toBe(3);
  });
});
