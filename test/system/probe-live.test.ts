import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { IncidentDocument } from '../../src/model/incident-document.ts';
import { installBusPolicy, type LiveExporter, startExporter } from './live-exporter.ts';
import { type LiveProbe, probeLog, startProbe } from './live-probe.ts';
import { bootMachine, type Machine } from './machine.ts';

const checkout = new URL('../..', import.meta.url).pathname;
let machine: Machine;
let probe: LiveProbe;
let exporter: LiveExporter;

beforeAll(async () => {
  machine = await bootMachine({ suite: 'bookworm', checkout });
  await installBusPolicy(machine);
  probe = await startProbe(machine);
  exporter = await startExporter(machine, { flags: [`--source.stap.log=${probeLog}`] });
});

afterAll(async () => {
  await machine?.stop();
  probe?.cleanUp();
});

beforeEach(async () => {
  await machine.exec('systemctl start sleepy.service');
});

async function stops(): Promise<readonly IncidentDocument[]> {
  return (await exporter.incidents()).filter(({ unit }) => unit === 'sleepy.service');
}

/** The incidents that there are more of than before, once they are there and nothing more comes. */
async function stopsOf(act: () => Promise<unknown>, count: number): Promise<readonly IncidentDocument[]> {
  const before = (await stops()).length;
  await act();
  await vi.waitFor(async () => expect((await stops()).length).toBeGreaterThanOrEqual(before + count), {
    timeout: 30_000,
    interval: 200,
  });
  // Longer than the slowest witness was ever late.
  await delay(3_000);
  return (await stops()).slice(before);
}

const byOperator = { cause: 'requested', sender: { name: 'systemctl', unit: 'operator.service' } };

describe('with the bus, the journal and the probe at once', () => {
  test('one stop is one incident', async () => {
    const found = await stopsOf(() => machine.operate('systemctl stop sleepy.service'), 1);
    expect(found).toMatchObject([{ ...byOperator, attribution: 'proven' }]);
    expect(new Set(found[0]?.basis.map(({ source }) => source))).toContain('tracefs');
  });

  test('two stops at once are two', async () => {
    const command = 'systemctl stop sleepy.service; systemctl start sleepy.service; systemctl stop sleepy.service';
    const found = await stopsOf(() => machine.operate(command), 2);
    expect(found).toMatchObject([byOperator, byOperator]);
  });

  test('records that come late are of the stop that was counted', async () => {
    const pid = (await machine.exec(`systemctl show --value --property=MainPID ${probe.unit}`)).stdout.trim();
    const late = 'systemd_stop_exporter_incidents_late_evidence_total';
    const lateBefore = await exporter.total(late);
    const found = await stopsOf(async () => {
      await machine.exec(`kill -STOP ${pid}`);
      await machine.operate('systemctl stop sleepy.service');
      await delay(5_000);
      await machine.exec(`kill -CONT ${pid}`);
    }, 1);
    expect(found).toMatchObject([{ cause: 'requested' }]);
    expect(await exporter.total(late)).toBeGreaterThan(lateBefore);
  });

  test('a probe that is restarted in the middle of a stop doubles nothing, and the next stop is seen again', async () => {
    const found = await stopsOf(async () => {
      await machine.exec(`systemctl restart --no-block ${probe.unit}`);
      await machine.operate('systemctl stop sleepy.service');
    }, 1);
    expect(found).toMatchObject([{ cause: 'requested' }]);
    await probe.attached();
    await machine.exec('systemctl start sleepy.service');
    expect(await stopsOf(() => machine.operate('systemctl stop sleepy.service'), 1)).toMatchObject([byOperator]);
  });

  test('a log that is moved away is followed into the new one', async () => {
    await machine.exec(`mv ${probeLog} ${probeLog}.1`);
    await vi.waitFor(() => machine.exec(`test -s ${probeLog}`), { timeout: 20_000, interval: 200 });
    expect(await stopsOf(() => machine.operate('systemctl stop sleepy.service'), 1)).toMatchObject([byOperator]);
  });

  test('nothing of it could not be read', async () => {
    expect(await exporter.total('systemd_stop_exporter_evidence_discarded_total')).toBe(0);
  });

  test('nobody but root and the exporter may read the records', async () => {
    const { stdout } = await machine.exec(`stat --format='%U %G %a' ${probeLog} $(dirname ${probeLog})`);
    expect(stdout.trim().split('\n')).toEqual(['root messagebus 640', 'root messagebus 750']);
  });
});
