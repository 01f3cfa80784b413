import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { cleanUpProbe } from '../../src/probe/probe.ts';
import { mountTracefs } from './host-tracefs.ts';
import type { Machine } from './machine.ts';

const unit = 'systemd-stop-exporter-probe.service';
const ofCheckout = '/usr/local/bin/node /opt/exporter/src/main.ts';

/** Where its records are, for `--source.stap.log`. */
export const probeLog = '/run/systemd-stop-exporter-probe/tracefs.log';

/** The probe inside a machine, as a service with the unit file that we ship. */
export interface LiveProbe {
  readonly unit: string;
  /** Resolves once it looks into PID 1, and has begun to since `systemctl restart` where it was restarted. */
  attached(): Promise<void>;
  log(): Promise<string>;
  /** Removes from the host's kernel what the end of the machine left there. For after `machine.stop()`. */
  cleanUp(): void;
}

/**
 * The kernel's events name processes and cgroups as the host does, so that the probe gets the host's view of them: its
 * /proc, and its cgroup namespace. On a host of its own it needs neither.
 */
export async function startProbe(machine: Machine, flags: readonly string[] = []): Promise<LiveProbe> {
  const text = await readFile(new URL(`../../deploy/systemd/${unit}`, import.meta.url), 'utf8');
  await writeFile(`${machine.rootDirectory}/etc/systemd/system/${unit}`, text);
  return await startInstalledProbe(machine, ofCheckout, flags);
}

/** The same where the unit is there already. */
export async function startInstalledProbe(machine: Machine, program: string, flags: readonly string[] = []): Promise<LiveProbe> {
  mountTracefs();
  const directory = `${machine.rootDirectory}/etc/systemd/system`;
  const instance = `bed-${machine.suite}-${machine.hostPid}`;
  const command = `${program} probe`;
  await mkdir(`${directory}/${unit}.d`, { recursive: true });
  const host = `--procfs=/run/host/proc --pid=${machine.hostPid} --instance=${instance}`;
  const lines = [
    '[Service]',
    // To enter the host's cgroup namespace.
    'CapabilityBoundingSet=CAP_SYS_ADMIN',
    'RestrictNamespaces=no',
    'ExecStart=',
    `ExecStart=/usr/bin/nsenter --cgroup=/run/host/proc/${process.pid}/ns/cgroup -- ${command} --output=\${RUNTIME_DIRECTORY}/tracefs.log ${host} ${flags.join(' ')}`,
    'ExecStopPost=',
    `ExecStopPost=${command} --cleanup --instance=${instance}`,
  ];
  await writeFile(`${directory}/${unit}.d/bed.conf`, `${lines.join('\n')}\n`);
  await machine.exec(`systemctl daemon-reload; systemctl start ${unit}`);
  const probe = probeOf(machine, instance);
  await probe.attached();
  return probe;
}

function probeOf(machine: Machine, instance: string): LiveProbe {
  async function log(): Promise<string> {
    return (await machine.exec(`journalctl --no-pager --output=cat --unit=${unit}`)).stdout;
  }

  async function attached(): Promise<void> {
    const deadline = performance.now() + 60_000;
    for (;;) {
      const { stdout } = await machine.exec(`systemctl show --value --property=MainPID ${unit}`);
      const { stdout: said } = await machine.exec(`journalctl --no-pager --output=cat _PID=${stdout.trim()}`);
      if (said.includes('msg=Attached')) return;
      if (performance.now() > deadline) throw new Error(`${unit} is not attached:\n${await log()}`);
      await delay(100);
    }
  }

  return { unit, attached, log, cleanUp: () => cleanUpProbe({ instance }) };
}
