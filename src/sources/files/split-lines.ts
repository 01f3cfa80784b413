/** Bytes a line may have; what is longer is no evidence of anything. */
export const maxLineBytes = 64 * 1024;

const newline = 10;
const carriageReturn = 13;
/** Enough for the 120 characters of a `Discarded`. */
const shownBytes = 480;

/** A line without its end, decoded as UTF-8 with U+FFFD for what is none. */
export interface SplitLine {
  /** Of a line that is too long, only its beginning. */
  readonly text: string;
  /** Counted from 1. */
  readonly number: number;
  /** The byte after its newline, counted from the beginning of the input; of a line that is too long, its first byte. */
  readonly endOffset: number;
  /** It has more than `maxLineBytes`: told as soon as that is known; the rest of it is dropped. */
  readonly tooLong: boolean;
}

/** Where in the input the first byte of the first chunk stands. */
export interface LineStart {
  readonly offset: number;
  /** Lines before it. */
  readonly lines: number;
}

/** Takes the lines one after the other, each as soon as it is cut. */
export interface LineReader {
  /**
   * Whether a line, without its end, may be passed over: it is counted and no more. It lies between two places of a text in
   * which each character is a byte. Asked of every line that is not too long.
   */
  passesOver(characters: string, from: number, to: number): boolean;
  take(line: SplitLine): void;
}

/** Cuts chunks of bytes into lines. Holds one unfinished line, of at most `maxLineBytes`. */
export class LineSplitter {
  readonly #held = Buffer.allocUnsafeSlow(maxLineBytes);
  #heldBytes = 0;
  #isDropping = false;
  #offset: number;
  #lineStart: number;
  #lines: number;

  constructor(start: LineStart = { offset: 0, lines: 0 }) {
    this.#offset = start.offset;
    this.#lineStart = start.offset;
    this.#lines = start.lines;
  }

  /** The lines that this chunk completes. The chunk may be reused afterwards. */
  push(chunk: Uint8Array): readonly SplitLine[] {
    const lines: SplitLine[] = [];
    this.feed(chunk, readerInto(lines));
    return lines;
  }

  /** The input has ended: its last line may lack a newline. */
  end(): readonly SplitLine[] {
    const lines: SplitLine[] = [];
    this.finish(readerInto(lines));
    return lines;
  }

  /** As `push`, a line at a time. */
  feed(chunk: Uint8Array, reader: LineReader): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    // A place in the text is one in the chunk. Of a piece of a long line no text is made.
    const characters = bytes.includes(newline) ? bytes.toString('latin1') : '';
    let from = 0;
    for (let to = characters.indexOf('\n'); to !== -1; to = characters.indexOf('\n', from)) {
      const endOffset = this.#offset + to + 1;
      if (this.#heldBytes === 0 && !this.#isDropping && to - from <= maxLineBytes) {
        const end = withoutReturn(characters, from, to);
        if (reader.passesOver(characters, from, end)) this.#lines += 1;
        else reader.take(this.#line(bytes.toString('utf8', from, end), endOffset));
      } else {
        this.#hold(bytes.subarray(from, to), reader);
        this.#completeHeld(endOffset, reader);
      }
      this.#lineStart = endOffset;
      from = to + 1;
    }
    this.#hold(bytes.subarray(from), reader);
    this.#offset += bytes.length;
  }

  /** As `end`. */
  finish(reader: LineReader): void {
    if (this.#heldBytes > 0 || this.#isDropping) this.#completeHeld(this.#offset, reader);
    this.#lineStart = this.#offset;
  }

  #hold(piece: Buffer, reader: LineReader): void {
    if (this.#isDropping || piece.length === 0) return;
    if (this.#heldBytes + piece.length <= maxLineBytes) {
      piece.copy(this.#held, this.#heldBytes);
      this.#heldBytes += piece.length;
      return;
    }
    const beginning = Buffer.concat([
      this.#held.subarray(0, Math.min(this.#heldBytes, shownBytes)),
      piece.subarray(0, shownBytes),
    ]);
    const text = beginning.toString('utf8', 0, Math.min(beginning.length, shownBytes));
    reader.take({ text, number: this.#lines + 1, endOffset: this.#lineStart, tooLong: true });
    this.#heldBytes = 0;
    this.#isDropping = true;
  }

  #completeHeld(endOffset: number, reader: LineReader): void {
    if (this.#isDropping) {
      this.#isDropping = false;
      this.#lines += 1;
      return;
    }
    const characters = this.#held.toString('latin1', 0, this.#heldBytes);
    const end = withoutReturn(characters, 0, this.#heldBytes);
    this.#heldBytes = 0;
    if (reader.passesOver(characters, 0, end)) this.#lines += 1;
    else reader.take(this.#line(this.#held.toString('utf8', 0, end), endOffset));
  }

  #line(text: string, endOffset: number): SplitLine {
    this.#lines += 1;
    return { text, number: this.#lines, endOffset, tooLong: false };
  }
}

function withoutReturn(characters: string, from: number, to: number): number {
  return to > from && characters.charCodeAt(to - 1) === carriageReturn ? to - 1 : to;
}

function readerInto(lines: SplitLine[]): LineReader {
  return { passesOver: () => false, take: (line) => lines.push(line) };
}
