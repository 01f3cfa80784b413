/** The two lines around a record. Only these, and the announcement, begin in the first column. */
export interface RecordBegin {
  readonly sequence: string;
  readonly kind: string;
  /** The record's own fields, as printed. */
  readonly fields: string;
}

export interface RecordEnd {
  readonly sequence: string;
  readonly kind: string;
  /** How many lines stand between beginning and end. */
  readonly lines: number;
}

/** `begin 7 stop t=… unit=…` */
export function parseRecordBegin(line: string): RecordBegin | undefined {
  const groups = /^begin (?<sequence>\d{1,15}) (?<kind>[a-z][a-z-]{0,31})(?: +(?<fields>.*))?$/s.exec(line)?.groups;
  const { sequence, kind, fields = '' } = groups ?? {};
  return sequence === undefined || kind === undefined ? undefined : { sequence, kind, fields };
}

/** `end 7 stop lines=9` */
export function parseRecordEnd(line: string): RecordEnd | undefined {
  const groups = /^end (?<sequence>\d{1,15}) (?<kind>[a-z][a-z-]{0,31}) lines=(?<lines>\d{1,6})$/.exec(line)?.groups;
  const { sequence, kind, lines } = groups ?? {};
  return sequence === undefined || kind === undefined ? undefined : { sequence, kind, lines: Number(lines) };
}

/** Whether a line is a boundary, be it a damaged one. */
export function isBoundary(line: string, word: 'begin' | 'end'): boolean {
  return line === word || line.startsWith(`${word} `);
}
