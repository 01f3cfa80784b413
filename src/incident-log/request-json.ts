import { requestActions, type StopRequest, sourceNames } from '../model/evidence.ts';

export function encodeRequest(request: StopRequest): string {
  return JSON.stringify(request);
}

/** Throws an Error that quotes what cannot be read. */
export function decodeRequest(text: string): StopRequest {
  const value = parsed(text);
  if (isRequest(value)) return value;
  throw new Error(`It is no request: ${quoted(text)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`It is no JSON: ${quoted(text)}`, { cause });
  }
}

/** What the rules need; the rest is shown and no more. */
function isRequest(value: unknown): value is StopRequest {
  if (!isRecord(value) || value['kind'] !== 'request' || typeof value['raw'] !== 'string') return false;
  const { source, action, atUsec, unit, sender, ancestry = [] } = value;
  return (
    sourceNames.some((known) => known === source) &&
    requestActions.some((known) => known === action) &&
    typeof atUsec === 'number' &&
    (unit === undefined || typeof unit === 'string') &&
    (sender === undefined || isProcess(sender)) &&
    Array.isArray(ancestry) &&
    ancestry.every(isProcess)
  );
}

function isProcess(value: unknown): boolean {
  return isRecord(value) && typeof value['name'] === 'string';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

const maxQuoted = 120;

function quoted(text: string): string {
  return JSON.stringify(text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text);
}
