import type { RealtimeUsec } from '../model/time.ts';
import { parseStopCommand } from '../sources/pstree/stop-command.ts';
import type { Person } from './people.ts';
import type { SeenRequest } from './requests.ts';

/**
 * What a command that has just begun will ask systemd for: where nothing inside PID 1 tells. Only root's, who asks over
 * the private socket; the bus shows everybody else.
 */
export function requestsOfCommand(person: Person, atUsec: RealtimeUsec): readonly SeenRequest[] {
  const { uid } = person.sender;
  const stop = uid === 0 ? stopCommandOf(person) : undefined;
  if (stop === undefined) return [];
  const request = { kind: 'request' as const, atUsec, action: stop.action, ...person };
  const units = stop.units.filter((unit) => !/[*?[]/.test(unit));
  return units.length === 0 ? [request] : units.map((unit) => ({ ...request, unit }));
}

function stopCommandOf({ sender: { command = '', name } }: Person): ReturnType<typeof parseStopCommand> {
  return parseStopCommand(name, command.slice(command.indexOf(' ') + 1));
}

/** Programs of which the command line tells all they want. */
const tellingPrograms: ReadonlySet<string> = new Set(['systemctl', 'systemd-run', 'systemd-cgtop', 'systemd-analyze']);

/** Somebody who talks to PID 1, of whom nothing tells what he wants: the job that appears next may be his. */
export function requestOfConnection(person: Person, atUsec: RealtimeUsec): SeenRequest | undefined {
  if (tellingPrograms.has(person.sender.name)) return undefined;
  return { kind: 'request', atUsec, action: 'other', ...person };
}
