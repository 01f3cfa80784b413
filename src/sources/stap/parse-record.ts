import { discard } from '../discard.ts';
import type { LinePlace } from '../line-parser.ts';
import type { Observation } from '../source.ts';
import { FieldReader } from './field-reader.ts';
import { integerBetween, parseUsec } from './field-values.ts';
import { parseKeyValues, printedText, withoutSecrets } from './key-values.ts';
import { parseRows } from './record-body.ts';
import type { RecordBegin } from './record-boundary.ts';
import { evidenceKinds } from './record-kinds.ts';
import { type ProbeName, witness } from './witness.ts';

/** A record from its beginning to its end, as it was read. */
export interface WholeRecord {
  readonly begin: RecordBegin;
  /** The lines between beginning and end. */
  readonly rows: readonly string[];
  readonly place: LinePlace;
}

/** The kind that says how many events the probe could not print. */
const lostKind = 'lost';

export function isKnownKind(kind: string): boolean {
  return kind === lostKind || evidenceKinds.has(kind);
}

/** What a record says; it is discarded where it cannot be read. */
export function parseRecord({ begin, rows: lines, place }: WholeRecord, source: ProbeName): Observation {
  const beginText = `begin ${begin.sequence} ${begin.kind}`;
  const torn = () => discard(source, 'torn-record', `${beginText} ${begin.fields}`, place);
  const pairs = parseKeyValues(begin.fields);
  const rows = parseRows(lines);
  if (rows === 'out-of-bounds') return discard(source, rows, `${beginText} ${begin.fields}`, place);
  if (pairs === undefined || rows === 'torn-record') return torn();
  const fields = new FieldReader(pairs);
  const atUsec = fields.required('t', parseUsec);
  const events = begin.kind === lostKind ? fields.required('events', integerBetween(1, Number.MAX_SAFE_INTEGER)) : undefined;
  if (events !== undefined && !fields.isMalformed) return discard(source, 'overrun', `${events} events lost`, place);
  const raw = [`${beginText} ${printedText(withoutSecrets(pairs))}`, ...rows.raw].join('\n');
  const evidence = evidenceKinds.get(begin.kind)?.(fields, rows, witness(source, place, raw, atUsec));
  return evidence === undefined || fields.isMalformed ? torn() : evidence;
}
