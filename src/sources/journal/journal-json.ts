import { redactText } from '../../model/redact.ts';
import { discard } from '../discard.ts';
import type { LineParser, LinePlace } from '../line-parser.ts';
import { present } from '../present.ts';
import type { Observation } from '../source.ts';
import { entryOf } from './journal-entry.ts';
import { entryTime, type JournalFields, parseJournalFields } from './journal-fields.ts';

/** Reads `journalctl -o json`: what PID 1, logind, oomd and systemd-coredump say about stops. The rest is passed over. */
export function createJournalParser(): LineParser {
  return { accept, finish: () => [] };
}

function accept(line: string, place: LinePlace): readonly Observation[] {
  if (line.trim() === '') return [];
  const fields = parseJournalFields(line);
  if (fields === undefined) return [discard('journal', 'unreadable', line, place)];
  const entry = entryOf(fields);
  if (entry === undefined) return [];
  const witness = present({ atUsec: entryTime(fields) ?? place.readAtUsec, origin: { file: place.file, line: place.line } });
  return [{ kind: 'journal', source: 'journal', ...witness, ...entry, raw: rawOf(fields) }];
}

/** The fields that were read: an entry has some thirty more, among them whole command lines. */
const shownFields = [
  ...['__REALTIME_TIMESTAMP', '_SOURCE_REALTIME_TIMESTAMP', '_PID', '_COMM', '_SYSTEMD_UNIT', 'MESSAGE_ID', 'CODE_FUNC'],
  ...['UNIT', 'INVOCATION_ID', 'JOB_ID', 'JOB_TYPE', 'JOB_RESULT', 'RESULT', 'UNIT_RESULT', 'EXIT_CODE', 'EXIT_STATUS'],
  ...['COMMAND', 'N_RESTARTS', 'COREDUMP_UNIT', 'COREDUMP_PID', 'COREDUMP_COMM', 'COREDUMP_SIGNAL', 'MESSAGE'],
];

function rawOf(fields: JournalFields): string {
  const shown = shownFields.map((name) => [name, fields.text(name)] as const).filter(([, value]) => value !== undefined);
  return redactText(JSON.stringify(Object.fromEntries(shown)));
}
