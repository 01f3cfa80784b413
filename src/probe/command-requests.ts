import type { RealtimeUsec } from '../model/time.ts';
import { parseStopCommand } from '../sources/pstree/stop-command.ts';
import type { Person } from './people.ts';
import type { SeenRequest } from './requests.ts';

/**
 * What a command that has just begun will ask systemd for: where nothing inside PID 1 tells. Only root's, who asks over
 * the private socket; the bus shows everybody else.
 */
export function requestsOfCommand(person: Person, atUsec: RealtimeUsec): readonly SeenRequest[] {
  const { command = '', name, uid } = person.sender;
  const stop = uid === 0 ? parseStopCommand(name, command.slice(command.indexOf(' ') + 1)) : undefined;
  if (stop === undefined) return [];
  const request = { kind: 'request' as const, atUsec, action: stop.action, ...person };
  const units = stop.units.filter((unit) => !/[*?[]/.test(unit));
  return units.length === 0 ? [request] : units.map((unit) => ({ ...request, unit }));
}
