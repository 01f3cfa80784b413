import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { analyze } from '../../src/cli/analyze.ts';
import { recordedFilesIn } from '../../src/cli/recording-directory.ts';
import type { ClassifiedIncident } from '../../src/model/incident.ts';

const scenarios = new URL('../scenarios/', import.meta.url).pathname;

/** The stops of the recordings whose names begin so: real ones, each with all its evidence. */
export async function recordedIncidents(prefix: string): Promise<readonly ClassifiedIncident[]> {
  const incidents: ClassifiedIncident[] = [];
  for (const name of readdirSync(scenarios).filter((one) => one.startsWith(prefix))) {
    const files = recordedFilesIn(join(scenarios, name));
    const onIncident = (incident: ClassifiedIncident): number => incidents.push(incident);
    await analyze({ files, format: 'json', settleMs: 300, onIncident }, { out: () => undefined, err: () => undefined });
  }
  return incidents;
}

/** The same stop, now, on another host. */
export function onHost({ incident, verdict }: ClassifiedIncident, host: number): ClassifiedIncident {
  const hostname = `host-${host}`;
  const machineId = host.toString(16).padStart(32, '0');
  return {
    incident: { ...incident, traceId: randomBytes(16).toString('hex'), host: { ...incident.host, hostname, machineId } },
    verdict,
  };
}
