import { discard } from '../discard.ts';
import type { LinePlace } from '../line-parser.ts';
import type { DiscardReason, Observation } from '../source.ts';
import { recordVersion } from './announcement.ts';
import { parseKeyValues } from './key-values.ts';
import { isKnownKind, parseRecord } from './parse-record.ts';
import { isBoundary, parseRecordBegin, parseRecordEnd, type RecordBegin, type RecordEnd } from './record-boundary.ts';
import { maxRecordLength, maxRecordLines } from './record-limits.ts';
import type { ProbeName } from './witness.ts';

interface OpenRecord {
  readonly begin: RecordBegin;
  readonly text: string;
  readonly place: LinePlace;
  readonly rows: string[];
  length: number;
}

/** A record that is already discarded, and whose rest is passed over. */
interface PassedOver {
  /** Undefined where the beginning did not tell. */
  readonly sequence?: string;
}

/** Reads records of stap/RECORD.md: what lies between `begin` and `end`. */
export class RecordReader {
  #source: ProbeName;
  #version: string | undefined;
  #open: OpenRecord | undefined;
  #passedOver: PassedOver | undefined;

  constructor(source: ProbeName) {
    this.#source = source;
  }

  get isUnfinished(): boolean {
    return this.#open !== undefined || this.#passedOver !== undefined;
  }

  /** A stream begins: its probe and its version hold from here on. */
  announce(source: ProbeName, version: string): readonly Observation[] {
    const torn = this.finish();
    this.#source = source;
    this.#version = version;
    return torn;
  }

  /** Undefined where the line is none of a record's; a record that is open has then ended, torn. */
  accept(line: string, place: LinePlace): readonly Observation[] | undefined {
    const begin = parseRecordBegin(line);
    if (begin !== undefined || (isBoundary(line, 'begin') && this.#isOurs)) return this.#begin(begin, line, place);
    const end = parseRecordEnd(line);
    if (end !== undefined || (isBoundary(line, 'end') && this.#isOurs)) return this.#end(end, line, place);
    if (!/^ \S/.test(line)) return undefined;
    if (this.#open !== undefined) return this.#takeRow(line, this.#open);
    return this.#passedOver === undefined ? undefined : [];
  }

  /** What is open is torn; the rest of what was discarded is no longer waited for. */
  finish(): readonly Observation[] {
    this.#passedOver = undefined;
    return this.#discardOpen('torn-record');
  }

  /** Something else stands where the next row should: what is open is torn, its rest is passed over. */
  tear(): readonly Observation[] {
    if (this.#open !== undefined) this.#passedOver = { sequence: this.#open.begin.sequence };
    return this.#discardOpen('torn-record');
  }

  /** Whether a damaged boundary can be told from a line of somebody else. */
  get #isOurs(): boolean {
    return this.#version !== undefined || this.isUnfinished;
  }

  #begin(begin: RecordBegin | undefined, line: string, place: LinePlace): readonly Observation[] {
    const torn = this.finish();
    const version = versionOf(begin) ?? this.#version ?? recordVersion;
    const refusal = version === recordVersion ? refusalOf(begin) : 'unknown-version';
    if (begin === undefined || refusal !== undefined) {
      this.#passedOver = begin === undefined ? {} : { sequence: begin.sequence };
      const text = refusal === 'unknown-version' ? `version "${version}": ${line}` : line;
      return [...torn, discard(this.#source, refusal ?? 'torn-record', text, place)];
    }
    this.#open = { begin, text: line, place, rows: [], length: line.length };
    return torn;
  }

  #end(end: RecordEnd | undefined, line: string, place: LinePlace): readonly Observation[] {
    const open = this.#open;
    if (open === undefined) return this.#endOfNone(end, line, place);
    const isOther = end !== undefined && end.sequence !== open.begin.sequence;
    if (!isOther && end?.kind === open.begin.kind && end.lines === open.rows.length) {
      this.#open = undefined;
      return [parseRecord(open, this.#source)];
    }
    const torn = this.#discardOpen('torn-record');
    return isOther ? [...torn, ...this.#endOfNone(end, line, place)] : torn;
  }

  /** The end of what was passed over, or of a record whose beginning is lost. */
  #endOfNone(end: RecordEnd | undefined, line: string, place: LinePlace): readonly Observation[] {
    const passedOver = this.#passedOver;
    this.#passedOver = undefined;
    const sequence = passedOver?.sequence ?? end?.sequence;
    const isExpected = passedOver !== undefined && (end === undefined || end.sequence === sequence);
    return isExpected ? [] : [discard(this.#source, 'torn-record', line, place)];
  }

  #takeRow(line: string, open: OpenRecord): readonly Observation[] {
    open.length += line.length;
    if (open.rows.length < maxRecordLines && open.length <= maxRecordLength) {
      open.rows.push(line);
      return [];
    }
    this.#passedOver = { sequence: open.begin.sequence };
    return this.#discardOpen('out-of-bounds');
  }

  #discardOpen(reason: DiscardReason): readonly Observation[] {
    const open = this.#open;
    this.#open = undefined;
    return open === undefined ? [] : [discard(this.#source, reason, open.text, open.place)];
  }
}

/** A version other than the first names itself in every beginning, for readers who missed the first line. */
function versionOf(begin: RecordBegin | undefined): string | undefined {
  const fields = begin?.fields ?? '';
  return fields.includes('version=') ? parseKeyValues(fields)?.find((pair) => pair.key === 'version')?.value : undefined;
}

function refusalOf(begin: RecordBegin | undefined): DiscardReason | undefined {
  return begin === undefined || isKnownKind(begin.kind) ? undefined : 'unknown-record';
}
