import { fileURLToPath } from 'node:url';
import { analyze } from '../../src/cli/analyze.ts';
import { recordedFilesIn } from '../../src/cli/recording-directory.ts';
import type { ClassifiedIncident } from '../../src/model/incident.ts';

/** Recordings that between them show most of what there is. */
const recordings = [
  'ovs-vswitchd-2020-manual-stop',
  'ovs-vswitchd-2020-cgroup-empty',
  'debian-bookworm-systemd-252-systemctl-stop-from-session',
  'debian-bookworm-systemd-252-exits-3',
  'written-records-v1',
];

export async function recordedIncidents(): Promise<readonly ClassifiedIncident[]> {
  const incidents: ClassifiedIncident[] = [];
  const silent = { out: () => undefined, err: () => undefined };
  for (const recording of recordings) {
    const directory = fileURLToPath(new URL(`../../test/scenarios/${recording}`, import.meta.url));
    const onIncident = (incident: ClassifiedIncident) => incidents.push(incident);
    await analyze({ files: recordedFilesIn(directory), format: 'text', settleMs: 300, onIncident }, silent);
  }
  return incidents;
}
