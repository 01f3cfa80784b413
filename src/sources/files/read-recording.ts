import { createReadStream } from 'node:fs';
import type { SourceName } from '../../model/evidence.ts';
import type { LineParser } from '../line-parser.ts';
import type { Observation } from '../source.ts';
import { discardedLine } from './discarded-text.ts';
import { cannotRead } from './file-error.ts';
import { LineSplitter, type SplitLine } from './split-lines.ts';

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
  const chunks: AsyncIterable<Uint8Array> = file === '-' ? stdin : createReadStream(file);
  try {
    for await (const chunk of chunks) yield parseLines(splitter.push(chunk), recording);
  } catch (error) {
    throw cannotRead(file, error);
  }
  yield parseLines(splitter.end(), recording);
  yield parser.finish();
}

function parseLines(lines: readonly SplitLine[], { file, source, parser }: Recording): readonly Observation[] {
  const observations: Observation[] = [];
  for (const line of lines) {
    if (line.tooLong) observations.push(discardedLine(source, file, line));
    else observations.push(...parser.accept(line.text, { file, line: line.number }));
  }
  return observations;
}
