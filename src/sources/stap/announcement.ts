import type { JournalHost } from '../../model/evidence.ts';
import { present } from '../present.ts';
import { FieldReader } from './field-reader.ts';
import { parseId128, parseText } from './field-values.ts';
import { formatKeyValue, parseKeyValues } from './key-values.ts';
import type { ProbeName } from './witness.ts';

const opening = 'systemd-stop-exporter records';

/** The version of stap/RECORD.md this reads and writes. */
export const recordVersion = '1';

/** The first line of a stream of records. */
export interface Announcement {
  readonly version: string;
  readonly probe?: ProbeName;
  /** As far as the probe knows it. */
  readonly host: JournalHost;
}

/** Undefined where the line is something else, or names no version. */
export function parseAnnouncement(line: string): Announcement | undefined {
  if (!line.startsWith(`${opening} `)) return undefined;
  const pairs = parseKeyValues(line.slice(opening.length + 1));
  if (pairs === undefined) return undefined;
  const fields = new FieldReader(pairs);
  const version = fields.required('version', (text) => (text === '' ? undefined : text));
  if (version === undefined) return undefined;
  return present({
    version,
    probe: fields.optional('probe', parseProbeName),
    host: present({
      machineId: fields.optional('machine_id', parseId128),
      bootId: fields.optional('boot_id', parseId128),
      hostname: fields.optional('hostname', parseText),
    }),
  });
}

function parseProbeName(text: string): ProbeName | undefined {
  return text === 'stap' || text === 'tracefs' ? text : undefined;
}

/** The line with its line break. */
export function formatAnnouncement(probe: ProbeName, host: JournalHost): string {
  const pairs = [formatKeyValue('version', recordVersion), formatKeyValue('probe', probe)];
  if (host.machineId !== undefined) pairs.push(formatKeyValue('machine_id', host.machineId));
  if (host.bootId !== undefined) pairs.push(formatKeyValue('boot_id', host.bootId));
  if (host.hostname !== undefined) pairs.push(formatKeyValue('hostname', host.hostname));
  return `${opening} ${pairs.join(' ')}\n`;
}
