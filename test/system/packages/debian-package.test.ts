import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { layOut, makePackage } from '../../../packaging/package.ts';
import { exporterAt, type LiveExporter } from '../live-exporter.ts';
import { bootMachine, type Machine, suites } from '../machine.ts';
import { buildImage, installDebianPackage } from './image.ts';

const unit = 'systemd-stop-exporter.service';
const sleepy = 'sleepy.service';
const onlySuites = process.env['SSE_SUITES']?.split(',');
const packages = mkdtempSync(join(tmpdir(), 'packages-'));
let older = '';
let newer = '';

beforeAll(async () => {
  await layOut('x64');
  const make = (version: string) => makePackage({ packager: 'deb', version, architecture: 'x64' }, packages);
  older = make('0.0.1');
  newer = make('0.0.2');
});
afterAll(() => rmSync(packages, { recursive: true }));

describe.each(suites.filter((suite) => onlySuites?.includes(suite) ?? true))(
  'the Debian package on %s',
  { timeout: 400_000 },
  (suite) => {
    let machine: Machine | undefined;
    afterEach(async () => {
      await machine?.stop();
      machine = undefined;
    });

    /** Without a Node of its own. */
    async function boot(cache?: string): Promise<Machine> {
      machine = await bootMachine({ suite, node: '', binds: [`${packages}:/packages:ro`], ...(cache && { cache }) });
      return machine;
    }

    test('starts when installed, sees a stop, keeps its counts and settings over an upgrade and a removal, leaves nothing', async () => {
      const on = await boot();
      const before = await everyFile(on);

      await on.exec(`dpkg --install /packages/${basename(older)}`);
      const exporter = exporterAt(on, unit, 19558);
      await exporter.ready();
      expect(await state(on)).toEqual({ active: 'active', enabled: 'enabled', user: 'messagebus' });
      expect(await settled(on, exporter, 1)).toEqual(['requested']);

      await on.exec('echo SYSTEMD_STOP_EXPORTER_LOG_LEVEL=debug >>/etc/default/systemd-stop-exporter');
      await on.exec(`dpkg --install /packages/${basename(newer)}`);
      await exporter.ready();
      expect((await on.exec('systemd-stop-exporter --version')).stdout).toBe('systemd-stop-exporter 0.0.2\n');
      expect(await buildVersion(exporter)).toBe('0.0.2');
      expect((await on.exec('tail -n1 /etc/default/systemd-stop-exporter')).stdout).toContain('LOG_LEVEL=debug');
      // The upgrade itself stops the exporter, and that is counted as well.
      expect(await sleepyStops(exporter)).toBe(1);
      expect(await settled(on, exporter, 2)).toEqual(['requested', 'requested']);

      await on.exec('dpkg --remove systemd-stop-exporter');
      expect((await state(on)).active).toBe('inactive');
      await on.exec(`dpkg --install /packages/${basename(newer)}`);
      await exporter.ready();
      expect(await sleepyStops(exporter)).toBe(2);

      await on.exec('dpkg --purge systemd-stop-exporter');
      expect(await everyFile(on)).toEqual(before);
      expect((await on.exec('systemctl --failed --plain --no-legend')).stdout).not.toContain(unit);
    });

    test('starts at boot where it was installed into an image', async () => {
      using image = buildImage(suite, (root) => installDebianPackage(root, older));
      const on = await boot(image.cache);
      const exporter = exporterAt(on, unit, 19558);
      await exporter.ready();
      expect(await settled(on, exporter, 1)).toEqual(['requested']);
      await on.stop();
      machine = undefined;
    });
  },
);

async function state(machine: Machine): Promise<Readonly<Record<string, string>>> {
  const { stdout: active } = await machine.exec(`systemctl is-active ${unit}`, { allowFailure: true });
  const { stdout: enabled } = await machine.exec(`systemctl is-enabled ${unit}`, { allowFailure: true });
  const { stdout: user } = await machine.exec(`systemctl show --value --property=User ${unit}`);
  return { active: active.trim(), enabled: enabled.trim(), user: user.trim() };
}

/** Stops a service and waits until that many of its stops are counted; says why they happened. */
async function settled(machine: Machine, exporter: LiveExporter, count: number): Promise<readonly string[]> {
  await machine.exec('systemctl start sleepy');
  await machine.operate('systemctl stop sleepy');
  await expect.poll(() => sleepyStops(exporter), { timeout: 30_000 }).toBeGreaterThanOrEqual(count);
  const incidents = await exporter.incidents();
  return incidents.filter(({ unit: stopped }) => stopped === sleepy).map(({ cause }) => cause);
}

/** As it is counted for Prometheus. */
async function sleepyStops(exporter: LiveExporter): Promise<number> {
  const { body } = await exporter.get('/metrics', 'text/plain');
  const samples = body.matchAll(new RegExp(`^systemd_unit_stops_total\\{[^}]*name="${sleepy}"[^}]*\\} (\\d+)`, 'gm'));
  return [...samples].reduce((sum, [, value]) => sum + Number(value), 0);
}

async function buildVersion(exporter: LiveExporter): Promise<string | undefined> {
  const { body } = await exporter.get('/metrics', 'text/plain');
  return /^systemd_stop_exporter_build_info\{[^}]*\bversion="([^"]+)"/m.exec(body)?.[1];
}

/** All that a package could leave, without what dpkg and systemd keep of their own. */
async function everyFile(machine: Machine): Promise<readonly string[]> {
  const { stdout } = await machine.exec('find /etc /usr /opt /root /var /run -xdev | sort');
  const notOurs =
    /^\/var\/(cache|log|lib\/dpkg|lib\/systemd\/(?!deb))|^\/run\/(?!systemd\/system\b|systemd-stop)|^\/opt\/stop-bed/;
  return stdout.split('\n').filter((path) => !notOurs.test(path));
}
