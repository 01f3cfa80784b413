import type { BusTranslator } from './bus-evidence.ts';
import { canBeEvidence } from './bus-interest.ts';
import { isHeaderAt, parseMessageHeader } from './dbus-monitor-header.ts';

const space = 32;
const quotationMark = 34;

/**
 * Passes over the messages of a dbus-monitor log that can be no evidence: of each it looks at the last field of the header,
 * and of each line of the body at its beginning and its end.
 */
export class PassedMessages {
  readonly #translator: BusTranslator;
  #isPassing = false;
  /** A text of a message that is passed over goes on. */
  #isInText = false;

  constructor(translator: BusTranslator) {
    this.#translator = translator;
  }

  /** Whether the line, between two places of a text, is of a message that is passed over, or begins one. */
  passesOver(text: string, from: number, to: number): boolean {
    if (text.charCodeAt(from) !== space && this.begins(text, from, to)) return true;
    if (!this.#isPassing) return false;
    if (this.#isInText) {
      this.#isInText = text.charCodeAt(to - 1) !== quotationMark;
      return true;
    }
    if (!isIndented(text, from)) return false;
    this.#isInText = text.charCodeAt(to - 1) !== quotationMark && opensText(text, from, to);
    return true;
  }

  /** Whether the line is the header of a message that is passed over. */
  begins(text: string, from: number, to: number): boolean {
    if (!isHeaderAt(text, from)) return false;
    this.#isInText = false;
    this.#isPassing = this.#isOfNoInterest(text, from, to);
    return this.#isPassing;
  }

  #isOfNoInterest(text: string, from: number, to: number): boolean {
    const separator = text.lastIndexOf('=', to);
    if (text.startsWith('member', separator - 6)) {
      const type = text.startsWith('signal', from) ? 'signal' : 'method-call';
      return !canBeEvidence(type, text.slice(separator + 1, to));
    }
    if (!text.startsWith('reply_serial', separator - 12)) return false;
    if (!this.#translator.awaitsReplies) return true;
    const header = parseMessageHeader(text.slice(from, to));
    return header !== undefined && !this.#translator.awaitsReply(header.destination, header.replySerial);
  }
}

/** By three spaces: a fifth faster than to ask whether it starts with them, for every line. */
function isIndented(text: string, from: number): boolean {
  return text.charCodeAt(from) === space && text.charCodeAt(from + 1) === space && text.charCodeAt(from + 2) === space;
}

/** `   string "the beginning of a text`: what else has a quotation mark ends in one, but for bytes with a zero at their end. */
function opensText(text: string, from: number, to: number): boolean {
  const mark = text.indexOf('"', from);
  return mark !== -1 && mark < to && /(?:string|object path|signature) $/.test(text.slice(from, mark));
}
