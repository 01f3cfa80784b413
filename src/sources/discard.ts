import type { SourceName } from '../model/evidence.ts';
import { redactText } from '../model/redact.ts';
import { discardedText } from './files/discarded-text.ts';
import type { LinePlace } from './line-parser.ts';
import type { Discarded, DiscardReason } from './source.ts';

/** Enough of a text to find the secrets in what is shown of it. */
const consideredLength = 1024;

/** The news that a text is lost to us, without the secrets of a command in it. */
export function discard(source: SourceName, reason: DiscardReason, text: string, place: LinePlace): Discarded {
  const shown = discardedText(redactText(text.slice(0, consideredLength)));
  return { kind: 'discarded', source, reason, origin: { file: place.file, line: place.line }, text: shown };
}
