import { readFileSync } from 'node:fs';
import { createArrivalClock } from '../../../src/cli/replay.ts';
import type { Pipeline } from '../../../src/pipeline.ts';
import type { LineParser } from '../../../src/sources/line-parser.ts';
import type { Observation } from '../../../src/sources/source.ts';
import { later } from './recording-writer.ts';

/** A recording that is told to a pipeline again and again, each time an hour later. */
export interface ToldRecording {
  readonly pieces: number;
  /** Tells it once more. @returns how many milliseconds the pipeline took; what it took to read it is not in it */
  tell(pipeline: Pipeline): number;
}

export function createToldRecording(path: string, parser: LineParser): ToldRecording {
  const text = readFileSync(path, 'utf8');
  const arrival = createArrivalClock();
  let telling = 0;
  let pieces = 0;

  function read(): readonly Observation[] {
    const lines = later(text, telling++).split('\n');
    return lines.flatMap((line, index) => parser.accept(line, { file: path, line: index + 1 }));
  }

  return {
    get pieces() {
      return pieces;
    },
    tell(pipeline) {
      const observations = read();
      pieces += observations.length;
      const startedAt = performance.now();
      for (const one of observations) pipeline.observe(one, arrival(one));
      return performance.now() - startedAt;
    },
  };
}
