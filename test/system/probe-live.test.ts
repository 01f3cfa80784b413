import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { IncidentDocument } from '../../src/model/incident-document.ts';
import { bootWithProbe, type WatchedMachine } from './live-machine.ts';
import { probeLog } from './live-probe.ts';

let watched: WatchedMachine;

beforeAll(async () => {
  watched = await bootWithProbe('bookworm');
});
afterAll(() => watched?.[Symbol.asyncDispose]());

beforeEach(async () => {
  await watched.machine.exec('systemctl start sleepy.service');
});

async function stops(): Promise<readonly IncidentDocument[]> {
  return (await watched.exporter.incidents()).filter(({ unit }) => unit === 'sleepy.service');
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
    const found = await stopsOf(() => watched.machine.operate('systemctl stop sleepy.service'), 1);
    expect(found).toMatchObject([{ ...byOperator, attribution: 'proven' }]);
    expect(new Set(found[0]?.basis.map(({ source }) => source))).toContain('tracefs');
  });

  test('two stops at once are two', async () => {
    const command = 'systemctl stop sleepy.service; systemctl start sleepy.service; systemctl stop sleepy.service';
    const found = await stopsOf(() => watched.machine.operate(command), 2);
    expect(found).toMatchObject([byOperator, byOperator]);
  });

  test('records that come late are of the stop that was counted', async () => {
    const pid = (await watched.machine.exec(`systemctl show --value --property=MainPID ${watched.probe.unit}`)).stdout.trim();
    const late = 'systemd_stop_exporter_incidents_late_evidence_total';
    const lateBefore = await watched.exporter.total(late);
    const found = await stopsOf(async () => {
      await watched.machine.exec(`kill -STOP ${pid}`);
      await watched.machine.operate('systemctl stop sleepy.service');
      await delay(5_000);
      await watched.machine.exec(`kill -CONT ${pid}`);
    }, 1);
    expect(found).toMatchObject([{ cause: 'requested' }]);
    expect(await watched.exporter.total(late)).toBeGreaterThan(lateBefore);
  });

  test('a probe that is restarted in the middle of a stop doubles nothing, and the next stop is seen again', async () => {
    const found = await stopsOf(async () => {
      await watched.machine.exec(`systemctl restart --no-block ${watched.probe.unit}`);
      await watched.machine.operate('systemctl stop sleepy.service');
    }, 1);
    expect(found).toMatchObject([{ cause: 'requested' }]);
    await watched.probe.attached();
    await watched.machine.exec('systemctl start sleepy.service');
    expect(await stopsOf(() => watched.machine.operate('systemctl stop sleepy.service'), 1)).toMatchObject([byOperator]);
  });

  test('a log that is moved away is followed into the new one', async () => {
    await watched.machine.exec(`mv ${probeLog} ${probeLog}.1`);
    await vi.waitFor(() => watched.machine.exec(`test -s ${probeLog}`), { timeout: 20_000, interval: 200 });
    expect(await stopsOf(() => watched.machine.operate('systemctl stop sleepy.service'), 1)).toMatchObject([byOperator]);
  });

  test('nothing of it could not be read', async () => {
    expect(await watched.exporter.total('systemd_stop_exporter_evidence_discarded_total')).toBe(0);
  });

  test('nobody but root and the exporter may read the records', async () => {
    const { stdout } = await watched.machine.exec(`stat --format='%U %G %a' ${probeLog} $(dirname ${probeLog})`);
    expect(stdout.trim().split('\n')).toEqual(['root messagebus 640', 'root messagebus 750']);
  });
});
