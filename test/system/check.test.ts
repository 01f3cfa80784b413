import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installBusPolicy } from './live-exporter.ts';
import { bootOwnMachine, type OwnMachine } from './live-machine.ts';
import { testedSuites } from './tested-suites.ts';

const node = '/usr/local/bin/node /opt/exporter/src/main.ts';
const flags = '--source.dbus=on --source.journal=on --storage.path /tmp';

interface Answer {
  readonly status: number;
  /** `ok`, `PART` or `BLIND` of each source. */
  readonly sources: Readonly<Record<string, string>>;
  /** What it says to do, by source. */
  readonly remedies: Readonly<Record<string, string>>;
}

describe.each(testedSuites)('check on %s', (suite) => {
  let own: OwnMachine;

  beforeAll(async () => {
    own = await bootOwnMachine(suite, { withoutBusPolicy: true });
    await own.machine.exec('useradd --system --no-create-home watcher; usermod --append --groups systemd-journal messagebus');
  });
  afterAll(() => own?.[Symbol.asyncDispose]());

  async function checkAs(user: string): Promise<Answer> {
    const { status, stdout } = await own.machine.exec(`${node} check ${flags}`, { user, allowFailure: true });
    const found = [...stdout.matchAll(/^(ok|PART|BLIND)\s+(\S+) .*(?:\n\s+do: (.*))?/gm)];
    return {
      status,
      sources: Object.fromEntries(found.map(([, mark, source]) => [source, mark])),
      remedies: Object.fromEntries(found.flatMap(([, , source, remedy]) => (remedy === undefined ? [] : [[source, remedy]]))),
    };
  }

  async function carryOut(remedy: string | undefined): Promise<void> {
    await own.machine.exec(`cd /opt/exporter && ${remedy ?? 'false'}`);
  }

  test('asks for the policy of the bus, and with it sees everything', async () => {
    const before = await checkAs('messagebus');
    expect(before).toMatchObject({ status: 0, sources: { dbus: 'PART', proc: 'ok', journal: 'ok', storage: 'ok' } });
    await carryOut(before.remedies['dbus']);
    expect(await checkAs('messagebus')).toEqual({
      status: 0,
      sources: { dbus: 'ok', proc: 'ok', journal: 'ok', storage: 'ok', probe: 'PART' },
      // What the kernel lets a probe see only root can try.
      remedies: { probe: 'sudo systemd-stop-exporter check' },
    });
  });

  test('asks for the journal’s group, and for the bus’s own user', async () => {
    await installBusPolicy(own.machine);
    const before = await checkAs('watcher');
    expect(before).toMatchObject({ status: 1, sources: { dbus: 'PART', journal: 'BLIND' } });
    await carryOut(before.remedies['journal']);
    expect(await checkAs('watcher')).toMatchObject({ status: 0, sources: { dbus: 'PART', journal: 'ok' } });
    const asBusUser = before.remedies['dbus']
      ?.replace(/ \(.*/, '')
      .replace('systemd-stop-exporter serve', `${node} check ${flags}`);
    expect((await own.machine.exec(asBusUser ?? 'false')).stdout).toMatch(/^ok +dbus/m);
  });

  test('asks to show the processes that hidepid= hides', async () => {
    await own.machine.exec('mount -o remount,hidepid=2 /proc');
    const before = await checkAs('messagebus');
    expect(before).toMatchObject({ status: 0, sources: { proc: 'PART' } });
    await carryOut(before.remedies['proc']);
    expect(await checkAs('messagebus')).toMatchObject({ sources: { proc: 'ok' } });
  });

  test('asks for the bus where there is none', async () => {
    await own.machine.exec('systemctl stop dbus.socket dbus.service');
    const before = await checkAs('messagebus');
    expect(before).toMatchObject({ status: 1, sources: { dbus: 'BLIND' } });
    await carryOut(before.remedies['dbus']);
    expect(await checkAs('messagebus')).toMatchObject({ status: 0, sources: { dbus: 'ok' } });
  });
});
