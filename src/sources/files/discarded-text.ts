import { escapeUnprintable } from '../../logger.ts';
import type { SourceName } from '../../model/evidence.ts';
import { redactCommand } from '../../model/redact.ts';
import type { Discarded } from '../source.ts';
import type { SplitLine } from './split-lines.ts';

const maxTextLength = 120;
/** What is redacted may end beyond what is shown. */
const consideredLength = 480;

/** The beginning of foreign text as `Discarded` shows it: redacted, printable, at most 120 characters. */
export function discardedText(text: string): string {
  return escapeUnprintable(redactCommand(text.slice(0, consideredLength))).slice(0, maxTextLength);
}

/** The news that a line was longer than `maxLineBytes`. */
export function discardedLine(source: SourceName, file: string, line: SplitLine): Discarded {
  return { kind: 'discarded', source, reason: 'too-long', origin: { file, line: line.number }, text: discardedText(line.text) };
}
