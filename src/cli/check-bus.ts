import { describeError } from '../logger.ts';
import { openBusMonitor } from '../sources/dbus/bus-monitor-connection.ts';
import { createProcessReader, type ProcVisibility } from '../sources/proc/process-reader.ts';
import type { Finding } from './check-finding.ts';
import { ownUser } from './own-user.ts';

const timeoutMs = 5_000;

const installPolicy =
  'install -m 0644 deploy/dbus/systemd-stop-exporter.conf /etc/dbus-1/system.d/ && systemctl reload dbus.service';
/** dbus-daemon asks for its own user beyond its policy files; of Debian and SUSE, of Fedora and Arch. */
const busUsers: readonly string[] = ['messagebus', 'dbus'];
/** dbus-broker lets root alone watch (src/bus/driver.c, peer_is_privileged). The misspelling is its own. */
const brokerRefusal = 'does not have the necessary privileged';
const dropIn = '/etc/systemd/system/systemd-stop-exporter.service.d';
const becomeRoot =
  `mkdir -p ${dropIn} && printf '[Service]\\nUser=root\\n' >${dropIn}/user.conf && ` +
  'systemctl daemon-reload && systemctl restart systemd-stop-exporter.service';
const becomeBusUser = 'runuser -u messagebus -- systemd-stop-exporter serve (on Fedora "dbus"; in a unit User=)';

/** Becomes a monitor of the bus for a moment, as `serve` does for good. */
export async function checkBus(address: string): Promise<Finding> {
  const nobody = (): void => undefined;
  const closing = new AbortController();
  const parts = { address, timeoutMs, nowUsec: () => 0, onMessage: nobody, onUnreadable: nobody, signal: closing.signal };
  try {
    const monitor = await openBusMonitor(parts);
    if ('refused' in monitor) return refused(monitor.refused);
    return { source: 'dbus', sees: 'all', text: `sees what is asked of systemd, by whom, and what it does ("${address}")` };
  } catch (error) {
    return { source: 'dbus', sees: 'nothing', text: describeError(error), remedy: 'systemctl start dbus.socket' };
  } finally {
    closing.abort();
  }
}

function refused(reason: string): Finding {
  return {
    source: 'dbus',
    sees: 'part',
    text: `sees what systemd does, but not who asks for it: ${reason.split(';')[0]}`,
    remedy: remedyFor(reason),
  };
}

function remedyFor(reason: string): string {
  if (reason.includes(brokerRefusal)) return becomeRoot;
  return busUsers.includes(ownUser()) ? installPolicy : becomeBusUser;
}

const processes: Readonly<Record<ProcVisibility, Finding>> = {
  full: { source: 'proc', sees: 'all', text: 'reads all processes' },
  'own-processes': {
    source: 'proc',
    sees: 'part',
    text: 'sees only processes of its own user: who asks over the bus is a pid and no more',
    remedy: 'mount -o remount,hidepid=0 /proc',
  },
  none: { source: 'proc', sees: 'part', text: 'sees no process at all', remedy: 'mount -t proc proc /proc' },
};

export function checkProcesses(): Finding {
  return processes[createProcessReader().visibility()];
}
