import { cp, mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LiveExporter, startExporter } from './live-exporter.ts';
import { bootOwnMachine, incidentsOf, type OwnMachine } from './live-machine.ts';
import { testedSuites } from './tested-suites.ts';

const deploy = new URL('../../deploy/pstree-hook/', import.meta.url).pathname;
const spool = '/run/systemd-stop-exporter/pstree';

describe.each(testedSuites)('the pstree hook on %s', (suite) => {
  let own: OwnMachine;
  let exporter: LiveExporter;

  beforeAll(async () => {
    own = await bootOwnMachine(suite);
    const { machine } = own;
    // As deploy/pstree-hook/README.md says.
    await mkdir(`${machine.rootDirectory}/opt/hook`);
    await cp(deploy, `${machine.rootDirectory}/opt/hook`, { recursive: true });
    const install = (unit: string): string =>
      `install -D -m 644 stop-witness.conf /etc/systemd/system/${unit}.d/stop-witness.conf`;
    const hook = 'install -D -m 755 pstree-hook /usr/lib/systemd-stop-exporter/pstree-hook';
    await machine.exec(`cd /opt/hook && ${hook} && ${install('sleepy.service')} && ${install('templated@.service')}`);
    await machine.exec(`install -d -m 0700 ${spool}`);
    exporter = await startExporter(machine, {
      user: 'root',
      flags: [`--source.pstree.directory=${spool}`],
      settings: [`ReadWritePaths=${spool}`],
    });
  });
  afterAll(() => own?.[Symbol.asyncDispose]());

  test('tells who stopped the unit, though root’s systemctl never shows on the bus', async () => {
    await own.machine.exec('systemctl start sleepy.service');
    await own.machine.operate('systemctl stop sleepy.service');
    const [incident] = await incidentsOf(exporter, ['sleepy.service']);
    expect(incident).toMatchObject({ cause: 'requested', attribution: 'proven', sender: { name: 'systemctl' } });
    const names = incident?.ancestry.map(({ name }) => name);
    expect(names).toEqual(['systemd', 'operator', 'operator', 'bash', 'systemctl']);
    // Removed once a restart would not need them any more.
    const left = async () => (await own.machine.exec(`ls ${spool}`)).stdout;
    await expect.poll(left, { timeout: 30_000 }).toBe('');
  });

  test.each([
    [
      'pstree hangs',
      'rm /usr/bin/pstree; ln -s /bin/sleep /usr/bin/pstree; printf "#!/bin/sh\\nsleep 60\\n" >/usr/bin/pstree.new; chmod 755 /usr/bin/pstree.new; mv /usr/bin/pstree.new /usr/bin/pstree',
    ],
    ['there is no pstree', 'rm /usr/bin/pstree'],
    ['the spool cannot be written', `mount -t tmpfs -o ro none ${spool}`],
    ['the hook itself is gone', 'rm /usr/lib/systemd-stop-exporter/pstree-hook'],
  ])('fails no stop where %s', async (_, damage) => {
    const { machine } = own;
    await machine.exec(`systemctl start templated@1.service; ${damage}`);
    const { status } = await machine.operate('timeout 20 systemctl stop templated@1.service', { allowFailure: true });
    const { stdout } = await machine.exec('systemctl show -p ActiveState -p Result templated@1.service');
    expect([status, stdout.trim().split('\n').sort()]).toEqual([0, ['ActiveState=inactive', 'Result=success']]);
  });
});
