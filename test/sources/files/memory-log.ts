import { createLogger, type Logger } from '../../../src/logger.ts';
import { Seen } from './seen.ts';

/** A logger whose records can be read and waited for. */
export function createMemoryLog(): { readonly log: Logger; readonly records: Seen<Readonly<Record<string, unknown>>> } {
  const records = new Seen<Readonly<Record<string, unknown>>>();
  const log = createLogger({ level: 'debug', format: 'json', write: (line) => records.push(JSON.parse(line)) });
  return { log, records };
}
