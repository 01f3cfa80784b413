import { discard } from '../discard.ts';
import type { LineParser, LinePlace } from '../line-parser.ts';
import type { Observation } from '../source.ts';
import { createBusTranslator } from './bus-evidence.ts';
import { MonitorBody } from './dbus-monitor-body.ts';
import { type MessageHeader, parseMessageHeader } from './dbus-monitor-header.ts';
import { PassedMessages } from './passed-messages.ts';

/** A message of systemd has some 200 lines; a list of all units of a large host some 30,000, and is no evidence. */
const maxMessageLines = 10_000;
const maxMessageLength = 1024 * 1024;

interface OpenMessage {
  readonly header: MessageHeader;
  readonly body: MonitorBody;
  readonly place: LinePlace;
  readonly firstLine: string;
  lines: number;
  length: number;
}

/**
 * Reads the text of `dbus-monitor --system`, old or new, cut off anywhere. Texts are printed without escaping: an argument
 * with line breaks can forge whole messages, so this text proves less than `busctl monitor --json` does.
 */
export function createDbusMonitorParser(): LineParser {
  const translator = createBusTranslator();
  const passed = new PassedMessages(translator);
  let open: OpenMessage | 'too-large' | undefined;

  /** What is being read ends with the next header. */
  function passesOver(text: string, from: number, to: number): boolean {
    return open === undefined && passed.passesOver(text, from, to);
  }

  function accept(line: string, place: LinePlace): readonly Observation[] {
    const header = line.startsWith(' ') ? undefined : parseMessageHeader(line);
    if (header !== undefined) return begin(header, line, place);
    return passesOver(line, 0, line.length) ? nothing : acceptOther(line, place);
  }

  function acceptOther(line: string, place: LinePlace): readonly Observation[] {
    if (open === 'too-large') return nothing;
    if (open === undefined) return isBlank(line) ? nothing : [discard('dbus', 'unreadable', line, place)];
    return acceptBodyLine(open, line, place);
  }

  function begin(header: MessageHeader, line: string, place: LinePlace): readonly Observation[] {
    const completed = complete();
    if (passed.begins(line, 0, line.length)) return completed;
    open = { header, body: new MonitorBody(), place, firstLine: line, lines: 1, length: line.length };
    return completed;
  }

  function acceptBodyLine(message: OpenMessage, line: string, place: LinePlace): readonly Observation[] {
    message.lines++;
    message.length += line.length;
    if (message.lines > maxMessageLines || message.length > maxMessageLength) {
      open = 'too-large';
      return [discard('dbus', 'out-of-bounds', message.firstLine, message.place)];
    }
    return message.body.accept(line) || isBlank(line) ? nothing : [discard('dbus', 'unreadable', line, place)];
  }

  function complete(): readonly Observation[] {
    if (open === undefined || open === 'too-large') {
      open = undefined;
      return [];
    }
    const { header, body, place } = open;
    open = undefined;
    const atUsec = header.atUsec ?? place.readAtUsec;
    const message = { ...header, ...body.end(), ...(atUsec === undefined ? {} : { atUsec }) };
    return translator.translate(message, { file: place.file, line: place.line });
  }

  return { accept, passesOver, finish: complete };
}

const nothing: readonly Observation[] = [];

function isBlank(line: string): boolean {
  return line.trim() === '';
}
