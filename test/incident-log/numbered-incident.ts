import type { StopLabels } from '../../src/incident-log/incident-log.ts';
import type { IncidentLogOptions } from '../../src/incident-log/sqlite-incident-log.ts';
import type { ClassifiedIncident, Incident, Verdict } from '../../src/model/incident.ts';
import { sampleIncident } from '../support/sample-incident.ts';

/** The sample as one of many: its trace id and time follow from the number. */
export function numberedIncident(
  number: number,
  replace: { incident?: Partial<Incident>; verdict?: Partial<Verdict> } = {},
): ClassifiedIncident {
  const traceId = number.toString(16).padStart(32, '0');
  const occurredAtUsec = 1_700_000_000_000_000 + number * 1_000_000;
  const incident = { traceId, occurredAtUsec, endedAtUsec: occurredAtUsec + 2_000_000, ...replace.incident };
  return sampleIncident({ ...replace, incident });
}

export const sampleLabels: StopLabels = {
  name: 'ovs-vswitchd.service',
  type: 'service',
  cause: 'requested',
  sender: 'systemctl',
  sender_unit: 'session.scope',
};

export const day = 86_400_000;
export const generous: IncidentLogOptions['retention'] = { ageMs: 30 * day, maxBytes: 256 * 1024 * 1024 };
