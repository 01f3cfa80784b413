import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { probeLog, startProbe } from '../../system/live-probe.ts';
import { bootMachine, type Machine, type MachineProcess } from '../../system/machine.ts';
import { removeAbandonedProbes } from './abandoned-probes.ts';
import { startServices } from './bed.ts';
import { bindOf, nodeExporter, startOther } from './other-exporters.ts';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));

export const hostLogs = { stap: 'stap.log', dbusMonitor: 'dbus-monitor.log', busctl: 'busctl-monitor.jsonl' } as const;

/**
 * What the monitors and the tracefs probe print on a host of 500 services where a stop is rare: node_exporter asks systemd
 * for all units every five seconds, somebody who is not root looks at them, somebody logs in, a timer runs its service. Two
 * services are restarted by hand and one is killed.
 */
export async function recordHost(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  removeAbandonedProbes();
  const machine = await bootMachine({ suite: 'bookworm', checkout, binds: [bindOf(nodeExporter)] });
  const probe = await prepare(machine);
  try {
    const monitors = [
      record(machine, 'busctl --system monitor --json=short', `${directory}/${hostLogs.busctl}`),
      record(machine, 'dbus-monitor --system', `${directory}/${hostLogs.dbusMonitor}`),
    ];
    await delay(1_000);
    await liveThrough(machine);
    for (const monitor of monitors) await monitor.end();
    await copyFile(`${machine.rootDirectory}${probeLog}`, `${directory}/${hostLogs.stap}`);
  } finally {
    await machine.stop();
    probe.cleanUp();
  }
}

async function prepare(machine: Machine): ReturnType<typeof startProbe> {
  await startServices(machine, 500);
  await startOther(machine, nodeExporter);
  const directory = `${machine.rootDirectory}/etc/systemd/system`;
  await writeFile(`${directory}/hourly.service`, '[Service]\nType=oneshot\nExecStart=/bin/true\n');
  await writeFile(`${directory}/hourly.timer`, '[Timer]\nOnActiveSec=5\nOnUnitActiveSec=10\nAccuracySec=1\n');
  await machine.operate('true', { operator: 'session' });
  const probe = await startProbe(machine);
  await machine.exec('systemctl daemon-reload; systemctl start hourly.timer');
  return probe;
}

const scrape = "exec 3<>/dev/tcp/127.0.0.1/9100; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3 >/dev/null";
const look = 'runuser -u alice -- sh -c "systemctl list-units >/dev/null; systemctl status service-0007 >/dev/null"';

/** A minute of it. */
async function liveThrough(machine: Machine): Promise<void> {
  for (let turn = 0; turn < 12; turn++) {
    const tick = delay(5_000);
    await machine.exec(scrape);
    if (turn % 3 === 0) await machine.exec(look, { allowFailure: true });
    if (turn % 4 === 1) await machine.operate('systemctl is-active ssh', { operator: 'session', allowFailure: true });
    if (turn === 4) await machine.operate('systemctl restart service-0042');
    if (turn === 7)
      await machine.operate(
        'busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager RestartUnit ss service-0043.service replace',
      );
    if (turn === 10) await machine.operate('systemctl kill --signal=KILL service-0044; systemctl start service-0044');
    await tick;
  }
}

interface Recorder {
  end(): Promise<void>;
}

function record(machine: Machine, command: string, path: string): Recorder {
  const monitor: MachineProcess = machine.spawn(command);
  const file = createWriteStream(path);
  monitor.stdout.pipe(file);
  return {
    async end() {
      await monitor.stop();
      await finished(file);
    },
  };
}
