import type { ClassifiedIncident } from '../model/incident.ts';
import type { Sink } from './sink.ts';

/** `ovs-vswitchd.service stopped: requested by systemctl[11733] in session-2.scope, user root (…) trace=…` */
function stopLine({ incident, verdict }: ClassifiedIncident): string {
  return `${incident.unit} stopped: ${verdict.summary} trace=${incident.traceId}`;
}

/** One line for each stop. */
export function createLogLineSink(write: (line: string) => void): Sink {
  return {
    name: 'log-line',
    record: (incident) => write(stopLine(incident)),
    shutdown: () => Promise.resolve(),
  };
}
