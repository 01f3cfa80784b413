import { isRealtimeUsec, type RealtimeUsec } from '../../model/time.ts';

/** The fields of one entry of `journalctl -o json`. */
export interface JournalFields {
  /** Undefined where the field is absent, or too large for journalctl to print. */
  text(name: string): string | undefined;
  number(name: string): number | undefined;
}

/** Undefined where the line is no JSON object. */
export function parseJournalFields(line: string): JournalFields | undefined {
  const fields = parseObject(line);
  if (fields === undefined) return undefined;
  const text = (name: string): string | undefined => textOf(fields.get(name));
  return {
    text,
    number: (name) => {
      const value = text(name);
      return value !== undefined && /^\d{1,16}$/.test(value) ? safeInteger(Number(value)) : undefined;
    },
  };
}

function safeInteger(value: number): number | undefined {
  return Number.isSafeInteger(value) ? value : undefined;
}

function parseObject(line: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A text; or its bytes, where it is no UTF-8 or holds control characters; or several of either where the entry has the
 * field more than once: then the first counts.
 */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (value.every(isByte)) return Buffer.from(value).toString('utf8');
  const [first] = value;
  return Array.isArray(first) && !first.every(isByte) ? undefined : textOf(first);
}

function isByte(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
}

/** When the sender says it logged the entry, else when journald got it. */
export function entryTime(fields: JournalFields): RealtimeUsec | undefined {
  const usec = fields.number('_SOURCE_REALTIME_TIMESTAMP') ?? fields.number('__REALTIME_TIMESTAMP');
  return usec !== undefined && isRealtimeUsec(usec) ? usec : undefined;
}
