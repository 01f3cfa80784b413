import { fileURLToPath } from 'node:url';
import type { Finding, Row, Scale } from '../finding.ts';
import { hostLogs, recordHost } from '../support/host-recording.ts';
import { chosenLogs, type Log, measureLog } from '../support/replay-cost.ts';
import { scratch } from '../support/scratch.ts';

const onlyStops = fileURLToPath(new URL('../../scenarios/systemd-262-stap', import.meta.url));

/** Two minutes of systemd 262 under seven stops: what a host never has so often. */
export const replayRow: Row = {
  name: 'replay',
  needsBed: false,
  about:
    'analyze over long logs (full: 1 GiB each) of nothing but stops, beside programs that only split the same file into lines',
  measure: (scale) => measureLogs(onlyStops, 'nothing but stops', scale),
};

export const hostReplayRow: Row = {
  name: 'replay-host',
  needsBed: true,
  about: 'the same over logs of a host of 500 services where node_exporter asks every five seconds and a stop is rare',
  async measure(scale) {
    const directory = scratch('host');
    await recordHost(directory);
    return measureLogs(directory, 'a host where node_exporter asks', scale);
  },
};

async function measureLogs(directory: string, what: string, scale: Scale): Promise<readonly Finding[]> {
  const logs: readonly Log[] = [
    { name: `stap log, ${what}`, flag: '--stap', recording: `${directory}/${hostLogs.stap}` },
    { name: `dbus-monitor log, ${what}`, flag: '--dbus-monitor', recording: `${directory}/${hostLogs.dbusMonitor}` },
    { name: `busctl JSON log, ${what}`, flag: '--busctl-monitor', recording: `${directory}/${hostLogs.busctl}` },
  ];
  const findings: Finding[] = [];
  for (const log of chosenLogs(logs)) findings.push(...(await measureLog(log, scale)));
  return findings;
}
