import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LiveExporter, startExporter } from './live-exporter.ts';
import { bootOwnMachine, incidentsOf, type OwnMachine, stopOverBus } from './live-machine.ts';
import { testedSuites } from './tested-suites.ts';

const degraded = (source: string) => new RegExp(`^systemd_stop_exporter_source_degraded\\{source="${source}"\\} (\\d)`, 'm');

describe.each(testedSuites)('an exporter that may not see everything, on %s', (suite) => {
  let own: OwnMachine;

  beforeAll(async () => {
    own = await bootOwnMachine(suite);
    await own.machine.exec('useradd --system --no-create-home watcher; usermod --append --groups systemd-journal watcher');
  });
  afterAll(() => own?.[Symbol.asyncDispose]());

  /** Stops a unit over the bus and tells what is known of it, then stops the exporter. */
  async function stopUnder(exporter: LiveExporter, unit: string) {
    await own.machine.exec(`systemctl start ${unit}`);
    await own.machine.operate(stopOverBus(unit));
    const [incident, ...more] = await incidentsOf(exporter, [unit]);
    expect(more).toEqual([]);
    const { body: metrics } = await exporter.get('/metrics', 'text/plain');
    const log = await exporter.log();
    await own.machine.exec(`systemctl stop ${exporter.unit}`);
    return { incident, metrics, log };
  }

  test('as any user it sees what systemd does, not who asks, and says so once', async () => {
    const exporter = await startExporter(own.machine, { name: 'unprivileged', user: 'watcher' });
    // Another connection to the bus is refused as the first one was.
    await own.machine.exec('systemctl kill --signal=HUP dbus.service');
    const { incident, metrics, log } = await stopUnder(exporter, 'sleepy.service');
    expect(incident).toMatchObject({ cause: 'requested', sender: null });
    expect(degraded('dbus').exec(metrics)?.[1]).toBe('1');
    expect(degraded('proc').exec(metrics)?.[1]).toBe('0');
    expect(log.split('\n').filter((line) => line.includes('not who asks'))).toHaveLength(1);
  });

  test('where processes are hidden from it, it counts all stops, names nobody, and says so', async () => {
    // systemd gives the unit a /proc of its own: what hides processes there is ProtectProc=, by hidepid=.
    const exporter = await startExporter(own.machine, { name: 'half-blind', settings: ['ProtectProc=invisible'] });
    const { incident, metrics, log } = await stopUnder(exporter, 'templated@1.service');
    expect(incident).toMatchObject({ cause: 'requested', sender: null });
    expect(degraded('dbus').exec(metrics)?.[1]).toBe('0');
    expect(degraded('proc').exec(metrics)?.[1]).toBe('1');
    expect(log).toMatch(/level=warn .*processes of others cannot be seen/);
  });

  test('with hidepid= for the whole machine it sees who asks all the same', async () => {
    await own.machine.exec('mount -o remount,hidepid=2 /proc');
    const exporter = await startExporter(own.machine, { name: 'of-own-proc' });
    const { incident } = await stopUnder(exporter, 'templated@3.service');
    await own.machine.exec('mount -o remount,hidepid=0 /proc');
    expect(incident).toMatchObject({ sender: { name: 'fire-and-forget' } });
  });

  test('as it is shipped it sees who asks', async () => {
    const exporter = await startExporter(own.machine);
    const { incident, metrics } = await stopUnder(exporter, 'templated@2.service');
    expect(incident).toMatchObject({
      cause: 'requested',
      sender: { name: 'fire-and-forget', unit: 'operator.service', user: 'root' },
    });
    expect(degraded('dbus').exec(metrics)?.[1]).toBe('0');
  });
});
