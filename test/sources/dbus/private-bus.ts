import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** In CI a missing dbus-daemon must fail, not skip. */
export const hasDbusDaemon = process.env['CI'] !== undefined || spawnSync('dbus-daemon', ['--version']).status === 0;

/** A dbus-daemon of our own. */
export interface PrivateBus {
  readonly address: string;
  readonly pid: number;
  /** Ends the daemon, as a restart of dbus.service does; the socket goes with it. */
  stop(): Promise<void>;
  /** Starts another one on the same address. */
  start(): Promise<void>;
}

/**
 * Starts a bus on which everybody may do everything but what `policy`, in the daemon's own configuration language,
 * denies. It ends with the test, however that ends.
 */
export async function startPrivateBus(policy = ''): Promise<PrivateBus> {
  const directory = mkdtempSync(join(tmpdir(), 'private-bus-'));
  const address = `unix:path=${directory}/socket`;
  writeFileSync(`${directory}/bus.conf`, configuration(address, policy));
  let daemon: ChildProcess | undefined;

  async function start(): Promise<void> {
    const words = [`--config-file=${directory}/bus.conf`, '--nofork', '--nopidfile', '--nosyslog', '--print-address=1'];
    daemon = spawn('dbus-daemon', words, { stdio: ['ignore', 'pipe', 'ignore'] });
    // It prints its address once it listens.
    if (daemon.stdout !== null) await once(daemon.stdout, 'data');
  }

  async function stop(): Promise<void> {
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
    daemon.kill('SIGTERM');
    await once(daemon, 'exit');
  }

  const killAtExit = (): void => void daemon?.kill('SIGKILL');
  process.once('exit', killAtExit);
  onTestFinished(async () => {
    await stop();
    process.removeListener('exit', killAtExit);
    rmSync(directory, { recursive: true, force: true });
  });
  await start();
  return {
    address,
    get pid() {
      return daemon?.pid ?? 0;
    },
    stop,
    start,
  };
}

/** Who may monitor a bus of type `system` is not a matter of policy alone: root, and whoever the bus runs as. */
function configuration(address: string, policy: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>${address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_type="*"/>
    <allow receive_type="*"/>
    <allow send_destination="*"/>
    ${policy}
  </policy>
</busconfig>
`;
}

/** The policy of a bus that lets nobody watch it. */
export const noMonitors = '<deny send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Monitoring"/>';
