import type { SourceName } from '../../model/evidence.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import type { LineParser } from '../line-parser.ts';
import type { Observation } from '../source.ts';
import { discardedLine } from './discarded-text.ts';
import type { OnLines } from './followed-log.ts';
import type { SplitLine } from './split-lines.ts';

export interface LiveLinesOptions {
  readonly name: SourceName;
  readonly file: string;
  readonly parser: LineParser;
  readonly emit: (observation: Observation) => void;
  readonly savePosition: (position: string) => void;
  readonly nowUsec: () => RealtimeUsec;
  readonly quietMs: number;
}

/**
 * Lines as they arrive become observations. A position is saved only after a line with which a record ends, so
 * that a record that was being written when we stopped is read whole the next time. A parser that does not tell
 * is taken to hold an unfinished record until silence ends it.
 */
export class LiveLines {
  readonly #options: LiveLinesOptions;
  #quietTimer: NodeJS.Timeout | undefined;

  constructor(options: LiveLinesOptions) {
    this.#options = options;
  }

  readonly accept: OnLines = (lines, positionAfter) => {
    const { parser, nowUsec, quietMs } = this.#options;
    this.stop();
    const readAtUsec = nowUsec();
    let last: SplitLine | undefined;
    let safe: SplitLine | undefined;
    for (const line of lines) {
      this.#emitAll(this.#observe(line, readAtUsec));
      last = line;
      if (parser.isUnfinished === false) safe = line;
    }
    this.#save(safe && positionAfter(safe));
    if (safe === last) return;
    this.#quietTimer = setTimeout(() => this.#finishRecord(last && positionAfter(last)), quietMs);
  };

  /** The first line of a log announces what the others are: a parser that begins in its middle is told first. */
  announce(firstLine: string): void {
    const { file, parser } = this.#options;
    parser.accept(firstLine, { file, line: 1 });
    parser.finish();
  }

  /** Forgets the unfinished record: the next run reads it again. */
  stop(): void {
    clearTimeout(this.#quietTimer);
  }

  #observe(line: SplitLine, readAtUsec: RealtimeUsec): readonly Observation[] {
    const { name, file, parser } = this.#options;
    if (line.tooLong) return [discardedLine(name, file, line)];
    return parser.accept(line.text, { file, line: line.number, readAtUsec });
  }

  /** debug.stp of 2020 does not say where a record ends: silence does. */
  #finishRecord(position: string | undefined): void {
    this.#emitAll(this.#options.parser.finish());
    this.#save(position);
  }

  #emitAll(observations: readonly Observation[]): void {
    for (const observation of observations) this.#options.emit(observation);
  }

  #save(position: string | undefined): void {
    if (position !== undefined) this.#options.savePosition(position);
  }
}
