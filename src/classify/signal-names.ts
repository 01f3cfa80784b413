import { constants } from 'node:os';

/** `SIGKILL` for 9; real-time signals and strangers as their number. */
export function signalName(signal: number): string {
  const found = Object.entries(constants.signals).find(([name, value]) => value === signal && name !== 'SIGIOT' && name !== 'SIGPOLL');
  return found?.[0] ?? `signal ${signal}`;
}
