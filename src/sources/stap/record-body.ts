import type { Ancestry, Process } from '../../model/process.ts';
import { present } from '../present.ts';
import { parseBacktraceLine, type UnjudgedFrame } from './backtrace-line.ts';
import { FieldReader } from './field-reader.ts';
import { parseKeyValues, printedText, withoutSecrets } from './key-values.ts';
import { readProcess } from './process-row.ts';
import { maxFrames, maxProcesses } from './record-limits.ts';

/** What stands between the beginning and the end of a record. */
export interface RowsOfRecord {
  readonly frames: readonly UnjudgedFrame[];
  /** Outermost first; empty where there are none. */
  readonly ancestry: Ancestry;
  readonly target?: Process;
  readonly task?: Process;
  /** The rows as they were printed, without secrets. */
  readonly raw: readonly string[];
}

/** Reads the rows; a reason to discard them where they cannot be read. */
export function parseRows(lines: readonly string[]): RowsOfRecord | 'torn-record' | 'out-of-bounds' {
  const rows: Row[] = [];
  for (const line of lines) {
    const row = parseRow(line);
    if (row === undefined) return 'torn-record';
    rows.push(row);
  }
  const frames = rows.flatMap(({ frame }) => (frame === undefined ? [] : [frame]));
  const ancestry = processesOf(rows, 'process').reverse();
  if (frames.length > maxFrames || ancestry.length > maxProcesses) return 'out-of-bounds';
  return present({
    frames,
    ancestry,
    target: processesOf(rows, 'target').at(0),
    task: processesOf(rows, 'task').at(0),
    raw: rows.map(({ raw }) => raw),
  });
}

interface Row {
  readonly frame?: UnjudgedFrame;
  readonly word?: string;
  /** Absent where the word is not one of a process: a later version may know it. */
  readonly process?: Process;
  readonly raw: string;
}

function processesOf(rows: readonly Row[], word: string): Process[] {
  return rows.flatMap((row) => (row.word === word && row.process !== undefined ? [row.process] : []));
}

function parseRow(line: string): Row | undefined {
  const frame = parseBacktraceLine(line);
  return frame === undefined ? parseWordRow(line) : { frame, raw: line };
}

const processWords: ReadonlySet<string> = new Set(['process', 'target', 'task']);

function parseWordRow(line: string): Row | undefined {
  const groups = /^ (?<word>[a-z][a-z-]{0,31})(?: +(?<fields>.*))?$/s.exec(line)?.groups;
  const { word, fields = '' } = groups ?? {};
  const read = parseKeyValues(fields);
  if (word === undefined || read === undefined) return undefined;
  const pairs = withoutSecrets(read);
  const raw = ` ${word} ${printedText(pairs)}`.trimEnd();
  if (!processWords.has(word)) return { word, raw };
  const process = readProcess(new FieldReader(pairs));
  return process === undefined ? undefined : { word, process, raw };
}
