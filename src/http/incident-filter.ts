import { causes } from '../model/cause.ts';
import { HttpProblem } from './http-problem.ts';

/** What `/incidents` was asked for. */
export interface IncidentFilter {
  readonly unit?: string;
  readonly cause?: string;
  readonly sender?: string;
  readonly before?: string;
  readonly limit: number;
}

const defaultLimit = 50;
const maxLimit = 500;

/** Reads a query string; throws HttpProblem 400 with every mistake in it. */
export function parseIncidentFilter(query: Readonly<Record<string, unknown>>): IncidentFilter {
  const given = ['unit', 'cause', 'sender', 'before', 'limit'].map((name) => [name, query[name]] as const);
  const repeated = given.filter(([, value]) => Array.isArray(value)).map(([name]) => `"${name}" is given more than once`);
  const values = Object.fromEntries(given.filter(isNonEmptyText));
  const mistakes = [...repeated, ...valueMistakes(values)];
  if (mistakes.length > 0) throw new HttpProblem(400, `Cannot filter incidents: ${mistakes.join('; ')}`);
  const { limit, before, ...names } = values;
  return {
    ...names,
    ...(before !== undefined && { before: before.toLowerCase() }),
    limit: limit === undefined ? defaultLimit : Number(limit),
  };
}

/** A form that leaves a field empty does not ask for units without a name. */
function isNonEmptyText(entry: readonly [string, unknown]): entry is readonly [string, string] {
  return typeof entry[1] === 'string' && entry[1] !== '';
}

function valueMistakes({ cause, before, limit }: Readonly<Record<string, string>>): readonly string[] {
  return [
    cause !== undefined && !causes.some((word) => word === cause) && `"cause" is not one of ${causes.join(', ')}`,
    before !== undefined && !isTraceId(before) && '"before" is not a trace id of 32 hexadecimal digits',
    limit !== undefined && !isLimit(limit) && `"limit" is not a number from 1 to ${maxLimit}`,
  ].filter((mistake) => mistake !== false);
}

export function isTraceId(text: string): boolean {
  return /^[0-9a-f]{32}$/i.test(text);
}

function isLimit(text: string): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= maxLimit;
}

/** The address of the list under a filter; lone surrogates and all else are percent-encoded. */
export function incidentListAddress(filter: Partial<IncidentFilter>, path = '/incidents'): string {
  const { limit, ...rest } = filter;
  const query = new URLSearchParams(rest);
  if (limit !== undefined && limit !== defaultLimit) query.set('limit', String(limit));
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}
