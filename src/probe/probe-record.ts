import { formatRecord } from '../sources/stap/format-record.ts';
import { formatKeyValue } from '../sources/stap/key-values.ts';
import type { SeenPull } from './job-pulls.ts';
import type { Seen } from './observe.ts';
import type { SeenChange } from './unit-changes.ts';

/** A record of stap/RECORD.md, with keys of its own that a reader may not know. */
export function formatSeen(seen: Seen, sequence: number): string {
  switch (seen.kind) {
    case 'pulled-in':
      return formatPull(seen, sequence);
    case 'call-path':
      return withKeys(formatRecord(seen, sequence), changeKeys(seen));
    default:
      return formatRecord(seen, sequence);
  }
}

type Keys = Readonly<Record<string, string | number | undefined>>;

/** Its frames were entered, one within the other; nothing tells what was between them. */
function changeKeys({ exit }: SeenChange): Keys {
  return { exit_code: exit?.code, exit_status: exit?.status, frames: 'uprobes' };
}

/** PID 1's own request: nobody asked for this unit. */
function formatPull({ byUnit, byJob, atUsec, unit, action }: SeenPull, sequence: number): string {
  const request = formatRecord({ kind: 'request', atUsec, unit, action }, sequence);
  return withKeys(request, { by_unit: byUnit, by_job: byJob?.id, by_action: byJob?.action });
}

function withKeys(record: string, keys: Keys): string {
  const end = record.indexOf('\n');
  return `${record.slice(0, end)} ${formatKeys(keys)}${record.slice(end)}`;
}

function formatKeys(keys: Keys): string {
  return Object.entries(keys)
    .flatMap(([key, value]) => (value === undefined ? [] : [formatKeyValue(key, value)]))
    .join(' ');
}
