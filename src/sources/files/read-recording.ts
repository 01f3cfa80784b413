import type { SourceName } from '../../model/evidence.ts';
import type { LineParser } from '../line-parser.ts';
import type { Observation } from '../source.ts';
import { discardedLine } from './discarded-text.ts';
import { cannotRead } from './file-error.ts';
import { readChunks } from './read-chunks.ts';
import { type LineReader, LineSplitter, type SplitLine } from './split-lines.ts';

export interface Recording {
  /** `-` is standard input. */
  readonly file: string;
  /** Whose evidence it holds: names what has to be discarded. */
  readonly source: SourceName;
  readonly parser: LineParser;
  /** What `-` stands for. */
  readonly stdin?: AsyncIterable<Uint8Array>;
}

/**
 * Reads a recorded file once, and holds no more of it than a chunk: what each holds is handed on together. Rejects with
 * `Cannot read "FILE": …`.
 */
export async function* readRecording(recording: Recording): AsyncGenerator<readonly Observation[], void, undefined> {
  const { file, parser, stdin = process.stdin } = recording;
  const splitter = new LineSplitter();
  const reader = new RecordingReader(recording);
  try {
    for await (const chunk of file === '-' ? stdin : readChunks(file)) {
      splitter.feed(chunk, reader);
      const observed = reader.observed();
      if (observed.length > 0) yield observed;
    }
  } catch (error) {
    throw cannotRead(file, error);
  }
  splitter.finish(reader);
  yield [...reader.observed(), ...parser.finish()];
}

class RecordingReader implements LineReader {
  readonly #recording: Recording;
  #observed: Observation[] = [];

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  /** What was observed since it was last asked for. */
  observed(): readonly Observation[] {
    const observed = this.#observed;
    this.#observed = [];
    return observed;
  }

  passesOver(characters: string, from: number, to: number): boolean {
    return this.#recording.parser.passesOver?.(characters, from, to) === true;
  }

  take(line: SplitLine): void {
    const { file, source, parser } = this.#recording;
    if (line.tooLong) {
      if (parser.passesOverBeginning?.(line.text) !== true) this.#observed.push(discardedLine(source, file, line));
    } else for (const one of parser.accept(line.text, { file, line: line.number })) this.#observed.push(one);
  }
}
