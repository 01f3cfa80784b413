import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layOut, makePackage } from '../../../packaging/package.ts';
import { exporterAt } from '../live-exporter.ts';
import { bootMachine } from '../machine.ts';
import { buildImage } from './image.ts';
import { shippedFiles } from './shipped-files.ts';

const unit = 'systemd-stop-exporter.service';
const directory = mkdtempSync(join(tmpdir(), 'rpm-'));
let file = '';

beforeAll(async () => {
  await layOut('x64');
  file = makePackage({ packager: 'rpm', version: '0.0.1', architecture: 'x64' }, directory);
});
afterAll(() => rmSync(directory, { recursive: true }));

function rpm(...words: readonly string[]): string {
  return execFileSync('rpm', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

describe('the RPM', { timeout: 400_000 }, () => {
  test('says what it is and what the host must have', () => {
    expect(rpm('-qp', '--queryformat', '%{NAME} %{VERSION} %{RELEASE} %{ARCH} %{LICENSE}', file)).toBe(
      'systemd-stop-exporter 0.0.1 1 x86_64 Apache-2.0',
    );
    expect(rpm('-qp', '--requires', file).split('\n')).toEqual(
      expect.arrayContaining(['libc.so.6(GLIBC_2.28)(64bit)', 'libstdc++.so.6()(64bit)', 'systemd']),
    );
    expect(rpm('-qp', '--scripts', file)).toMatch(
      /^postinstall scriptlet[\s\S]*^preuninstall scriptlet[\s\S]*^postuninstall scriptlet/m,
    );
  });

  test('owns the files it should, its settings as settings, and no directory of the system', () => {
    const files = rpm('-qlp', file).trim().split('\n');
    expect(files).toEqual(
      expect.arrayContaining([
        '/usr/bin/systemd-stop-exporter',
        '/usr/lib/systemd-stop-exporter/main.js',
        '/usr/lib/systemd-stop-exporter/node',
        ...shippedFiles,
      ]),
    );
    expect(files.filter((path) => !path.includes('systemd-stop-'))).toEqual([]);
    expect(rpm('-qcp', file)).toBe('/etc/default/systemd-stop-exporter\n');
  });

  test("runs as the bus's user where that is called dbus, as on Fedora", async () => {
    using image = buildImage('bookworm', (root) => {
      renameBusUser(root);
      rpm('--root', root, '--dbpath', '/var/lib/rpm', '--install', '--nodeps', '--ignoreos', file);
    });
    const machine = await bootMachine({ suite: 'bookworm', node: '', cache: image.cache });
    try {
      const exporter = exporterAt(machine, unit, 19558);
      await exporter.ready();
      expect((await machine.exec(`systemctl show --value --property=User ${unit}`)).stdout).toBe('dbus\n');
      expect((await machine.exec('systemctl show --value --property=Group systemd-stop-exporter-probe')).stdout).toBe('dbus\n');
      await machine.exec('systemctl start sleepy');
      await machine.operate(
        'busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager StopUnit ss sleepy.service replace',
      );
      await expect.poll(() => exporter.total('systemd_unit_stops_total'), { timeout: 30_000 }).toBe(1);
      // Requests are seen by nobody whom the bus does not let watch it.
      const { body } = await exporter.get('/metrics', 'text/plain');
      expect(body).toMatch(/^systemd_stop_exporter_evidence_total\{source="dbus",kind="request"\} [1-9]/m);
    } finally {
      await machine.stop();
    }
  });

  test('is gone once erased', () => {
    const root = mkdtempSync(join(tmpdir(), 'rpm-root-'));
    try {
      rpm('--root', root, '--dbpath', '/var/lib/rpm', '--install', '--nodeps', '--noscripts', file);
      expect(existsSync(join(root, 'usr/lib/systemd-stop-exporter/main.js'))).toBe(true);
      rpm('--root', root, '--dbpath', '/var/lib/rpm', '--erase', '--nodeps', '--noscripts', 'systemd-stop-exporter');
      expect(execFileSync('find', [root, '-name', '*systemd-stop-*'], { encoding: 'utf8' })).toBe('');
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

/** As if the distribution had named it so from the start. */
function renameBusUser(root: string): void {
  for (const name of ['etc/passwd', 'etc/shadow', 'etc/group', 'etc/gshadow', 'usr/share/dbus-1/system.conf'])
    replaceIn(
      join(root, name),
      name.startsWith('usr') ? '<user>messagebus' : 'messagebus',
      name.startsWith('usr') ? '<user>dbus' : 'dbus',
    );
  for (const name of ['usr/lib/sysusers.d/dbus.conf', 'usr/lib/tmpfiles.d/dbus.conf'])
    if (existsSync(join(root, name))) replaceIn(join(root, name), 'messagebus', 'dbus');
}

function replaceIn(file: string, from: string, to: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(from, to));
}
