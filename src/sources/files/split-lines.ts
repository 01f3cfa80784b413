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
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: SplitLine[] = [];
    let from = 0;
    for (let to = bytes.indexOf(newline); to !== -1; to = bytes.indexOf(newline, from)) {
      const endOffset = this.#offset + to + 1;
      if (this.#heldBytes === 0 && !this.#isDropping && to - from <= maxLineBytes) {
        lines.push(this.#line(decode(bytes, from, to), endOffset));
      } else {
        this.#hold(bytes.subarray(from, to), lines);
        this.#completeHeld(endOffset, lines);
      }
      this.#lineStart = endOffset;
      from = to + 1;
    }
    this.#hold(bytes.subarray(from), lines);
    this.#offset += bytes.length;
    return lines;
  }

  /** The input has ended: its last line may lack a newline. */
  end(): readonly SplitLine[] {
    const lines: SplitLine[] = [];
    if (this.#heldBytes > 0 || this.#isDropping) this.#completeHeld(this.#offset, lines);
    this.#lineStart = this.#offset;
    return lines;
  }

  #hold(piece: Buffer, lines: SplitLine[]): void {
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
    lines.push({ text, number: this.#lines + 1, endOffset: this.#lineStart, tooLong: true });
    this.#heldBytes = 0;
    this.#isDropping = true;
  }

  #completeHeld(endOffset: number, lines: SplitLine[]): void {
    if (this.#isDropping) {
      this.#isDropping = false;
      this.#lines += 1;
      return;
    }
    lines.push(this.#line(decode(this.#held, 0, this.#heldBytes), endOffset));
    this.#heldBytes = 0;
  }

  #line(text: string, endOffset: number): SplitLine {
    this.#lines += 1;
    return { text, number: this.#lines, endOffset, tooLong: false };
  }
}

function decode(bytes: Buffer, from: number, to: number): string {
  const end = to > from && bytes[to - 1] === carriageReturn ? to - 1 : to;
  return bytes.toString('utf8', from, end);
}
