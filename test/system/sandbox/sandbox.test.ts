import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { installExporter } from '../live-exporter.ts';
import { bootOwnMachine, bootWithExporter, incidentsOf } from '../live-machine.ts';
import type { Machine } from '../machine.ts';

const deploy = new URL('../../../deploy/systemd/', import.meta.url);
const shipped = readdirSync(deploy).filter((name) => name.endsWith('.service'));
const socketUnit = 'systemd-stop-exporter.socket';
const debians = 'prometheus-node-exporter.service';

/** How exposed a unit is, from 0.0 to 10.0, as the machine's own systemd rates it. */
async function exposure(machine: Machine, unit: string): Promise<number> {
  const { stdout } = await machine.exec(`systemd-analyze --no-pager security ${unit}`, { allowFailure: true });
  const rated = /exposure level for \S+: (?<level>[\d.]+)/.exec(stdout)?.groups?.['level'];
  if (rated === undefined) throw new Error(`No exposure level for ${unit}: ${stdout}`);
  return Number(rated);
}

async function install(machine: Machine, name: string, content: string): Promise<void> {
  await writeFile(`${machine.rootDirectory}/etc/systemd/system/${name}`, content);
}

describe('the sandbox of our units', () => {
  test.each(['bookworm', 'testing'] as const)(
    'lets the exporter see who stopped what, and does not end it (%s)',
    async (suite) => {
      await using live = await bootWithExporter(suite);
      const { machine, exporter } = live;
      await machine.exec('systemctl start sleepy.service');
      // It stays for two seconds: this is not about the race for those who do not.
      await machine.operate('/opt/stop-bed/fire-and-forget sleepy.service 2000');
      const [incident] = await incidentsOf(exporter, ['sleepy.service']);
      expect(incident).toMatchObject({
        cause: 'requested',
        attribution: 'proven',
        sender: { unit: 'operator.service', user: 'root' },
      });
      expect(incident?.ancestry.map(({ name }) => name)).toContain('systemd');
      const restarts = await machine.exec(`systemctl show --property=NRestarts --value ${exporter.unit}`);
      expect(restarts.stdout.trim()).toBe('0');
    },
  );

  test.each(['bookworm', 'testing'] as const)('exposes no more than Debian’s node exporter does (%s)', async (suite) => {
    await using live = await bootWithExporter(suite);
    const { machine, exporter } = live;
    const ours = shipped.filter((name) => name !== exporter.unit);
    for (const name of ours) await install(machine, name, readFileSync(new URL(name, deploy), 'utf8'));
    await install(machine, debians, readFileSync(new URL(debians, import.meta.url), 'utf8'));
    await machine.exec('systemctl daemon-reload');
    const levels = new Map<string, number>();
    for (const unit of [exporter.unit, ...ours, debians]) levels.set(unit, await exposure(machine, unit));
    console.log(`${suite}: ${[...levels].map(([unit, level]) => `${unit} ${level.toFixed(1)}`).join(', ')}`);
    for (const unit of [exporter.unit, ...ours]) expect(levels.get(unit)).toBeLessThanOrEqual(levels.get(debians) ?? 0);
    // What the README says.
    expect(levels.get(exporter.unit)).toBeLessThanOrEqual(1.7);
  });

  test('serves on the sockets of its socket unit, and loses no scrape while it restarts', async () => {
    await using own = await bootOwnMachine('bookworm');
    const { machine } = own;
    await install(machine, socketUnit, readFileSync(new URL(socketUnit, deploy), 'utf8'));
    const settings = ['Environment=SYSTEMD_STOP_EXPORTER_WEB_SYSTEMD_SOCKET=true'];
    const exporter = await installExporter(machine, { settings });
    await machine.exec(`systemctl start ${socketUnit} && systemctl start ${exporter.unit}`);
    await exporter.ready();
    expect(await exporter.log()).toMatch(/Serving addresses=http:\/\/localhost:19558/);
    await machine.exec('systemctl --no-block restart systemd-stop-exporter.service');
    const answers = await Promise.all(Array.from({ length: 5 }, () => exporter.get('/-/healthy')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });
});
