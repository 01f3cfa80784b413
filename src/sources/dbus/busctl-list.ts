import type { BusPeer } from '../../model/evidence.ts';
import { redactText } from '../../model/redact.ts';
import { discard } from '../discard.ts';
import type { LineParser, LinePlace } from '../line-parser.ts';
import { present } from '../present.ts';
import type { Observation } from '../source.ts';
import { busWitness } from './witness.ts';

const usualColumns = ['NAME', 'PID', 'PROCESS', 'USER', 'CONNECTION', 'UNIT', 'SESSION', 'DESCRIPTION'];
const wellKnownName = /^[A-Za-z_][\w-]*(?:\.[\w-]+)+$/;
const uniqueName = /^:\d+\.\d+$/;

/** Reads the table of `busctl list`: who is behind each unique name. Well-known names are passed over. */
export function createBusctlListParser(): LineParser {
  let columns: readonly string[] = usualColumns;
  return {
    accept(line, place): readonly Observation[] {
      const words = line.trim().split(/\s+/);
      const [name = ''] = words;
      if (name === 'NAME' && words.includes('PID')) {
        columns = words;
        return [];
      }
      if (name === '' || wellKnownName.test(name)) return [];
      const row = uniqueName.test(name) ? parseRow(words, columns) : undefined;
      if (row === undefined) return [discard('dbus', 'unreadable', line, place)];
      const peer = peerOf(row, line, place);
      return peer === undefined ? [] : [peer];
    },
    finish: () => [],
  };
}

type Row = ReadonlyMap<string, string>;

/**
 * Columns are as wide as their contents in some versions and overflow in others, and only a process's name holds spaces:
 * a unique name comes again as its own CONNECTION, so all but that name is found by counting words.
 */
function parseRow(words: readonly string[], columns: readonly string[]): Row | undefined {
  const connectionColumn = columns.indexOf('CONNECTION');
  const processColumn = columns.indexOf('PROCESS');
  const connection = words.indexOf(words[0] ?? '', processColumn + 1);
  if (processColumn < 0 || connectionColumn <= processColumn || connection < connectionColumn) return undefined;
  const processEnd = connection - (connectionColumn - processColumn - 1);
  const cells = [...words.slice(0, processColumn), words.slice(processColumn, processEnd).join(' '), ...words.slice(processEnd)];
  return new Map(columns.map((column, index) => [column, cells[index] ?? '-']));
}

/** Undefined where the bus could not tell who it is. */
function peerOf(row: Row, line: string, place: LinePlace): BusPeer | undefined {
  const name = cell(row, 'PROCESS');
  const busName = cell(row, 'NAME');
  if (name === undefined || busName === undefined) return undefined;
  const pid = cell(row, 'PID');
  return {
    kind: 'bus-peer',
    ...busWitness(place.readAtUsec, { file: place.file, line: place.line }),
    busName,
    process: present({
      name,
      pid: pid !== undefined && /^\d{1,10}$/.test(pid) ? Number(pid) : undefined,
      user: cell(row, 'USER'),
      unit: cell(row, 'UNIT'),
      session: cell(row, 'SESSION'),
    }),
    raw: redactText(line),
  };
}

/** `-` stands for nothing; busctl shortens what does not fit its terminal with an ellipsis. */
function cell(row: Row, column: string): string | undefined {
  const value = row.get(column);
  return value === undefined || value === '-' || value === '' || value.includes('…') ? undefined : value;
}
