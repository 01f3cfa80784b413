import type { RealtimeUsec } from '../../model/time.ts';
import { discardedLine } from '../files/discarded-text.ts';
import type { SplitLine } from '../files/split-lines.ts';
import type { Observation } from '../source.ts';
import { createJournalParser } from './journal-json.ts';
import { cursorOfLine, isSameEntry, type JournalPosition, timeOfPosition } from './journal-position.ts';

/** Entries may be missing between two times: the one that was read last is no longer in the journal. */
export interface JournalGap {
  readonly fromUsec?: RealtimeUsec;
  readonly untilUsec?: RealtimeUsec;
}

export interface JournalReadingOptions {
  readonly emit: (observation: Observation) => void;
  /** Gets a position once all evidence before it was emitted. */
  readonly savePosition?: ((position: JournalPosition) => void) | undefined;
  readonly onGap?: ((gap: JournalGap) => void) | undefined;
  readonly nowUsec: () => RealtimeUsec;
  readonly signal: AbortSignal;
}

const file = 'journal';

/** What journalctl prints from a position on becomes observations. */
export class JournalReading {
  readonly #options: JournalReadingOptions;
  readonly #parser = createJournalParser();
  #position: JournalPosition | undefined;
  /** The entry that should come first, since it was read before. */
  #awaited: JournalPosition | undefined;

  constructor(from: JournalPosition | undefined, options: JournalReadingOptions) {
    this.#options = options;
    this.#position = from;
    this.#awaited = from?.kind === 'entry' ? from : undefined;
  }

  /** How far it has come. */
  get position(): JournalPosition | undefined {
    return this.#position;
  }

  readonly accept = (lines: readonly SplitLine[]): void => {
    const { nowUsec, savePosition, signal } = this.#options;
    const before = this.#position;
    const readAtUsec = nowUsec();
    for (const line of lines) {
      if (signal.aborted) break;
      if (!line.text.startsWith('-- ')) this.#acceptEntry(line, readAtUsec);
    }
    if (this.#position !== undefined && this.#position !== before) savePosition?.(this.#position);
  };

  /** All has been read: where not even the awaited entry came, it is gone and nothing has followed it. */
  end(): void {
    if (!this.#options.signal.aborted) this.#reportGap(this.#options.nowUsec());
  }

  #acceptEntry(line: SplitLine, readAtUsec: RealtimeUsec): void {
    const cursor = cursorOfLine(line.text);
    if (cursor !== undefined && this.#isKnown(cursor)) return;
    const { emit } = this.#options;
    if (line.tooLong) emit(discardedLine('journal', file, line));
    else this.#parser.accept(line.text, { file, line: line.number, readAtUsec }).forEach(emit);
    if (cursor !== undefined) this.#position = { kind: 'entry', cursor };
  }

  #isKnown(cursor: string): boolean {
    if (this.#awaited?.kind === 'entry' && isSameEntry(this.#awaited.cursor, cursor)) {
      this.#awaited = undefined;
      return true;
    }
    this.#reportGap(timeOfPosition({ kind: 'entry', cursor }));
    return false;
  }

  #reportGap(untilUsec: RealtimeUsec | undefined): void {
    if (this.#awaited === undefined) return;
    const fromUsec = timeOfPosition(this.#awaited);
    this.#awaited = undefined;
    this.#options.onGap?.({
      ...(fromUsec === undefined ? {} : { fromUsec }),
      ...(untilUsec === undefined ? {} : { untilUsec }),
    });
  }
}
