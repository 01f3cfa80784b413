import type { Verdict } from '../../model/incident.ts';
import { signalName } from '../../model/signal-names.ts';

/** How the main process ended: `exited with status 3`, `killed by SIGTERM`, `dumped core on SIGABRT`. */
export function exitWords({ code, status }: NonNullable<Verdict['exit']>): string {
  switch (code) {
    case 'exited':
      return `exited with status ${status}`;
    case 'killed':
      return `killed by ${signalName(status)}`;
    case 'dumped':
      return `dumped core on ${signalName(status)}`;
    default:
      return `${code} ${status}`;
  }
}
