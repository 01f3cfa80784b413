import type { ProcessTree } from '../../../src/model/evidence.ts';
import type { LineParser, LinePlace } from '../../../src/sources/line-parser.ts';

/** The simplest parser: every line is one piece of evidence, and so is the end. */
export function eachLineIsEvidence(): LineParser {
  return {
    accept: (line, place) => [evidence(line, place)],
    finish: () => [evidence('finished')],
    isUnfinished: false,
  };
}

function evidence(raw: string, place?: LinePlace): ProcessTree {
  return {
    kind: 'process-tree',
    source: 'pstree',
    requests: [],
    raw,
    ...(place === undefined ? {} : { origin: { file: place.file, line: place.line } }),
    ...(place?.readAtUsec === undefined ? {} : { atUsec: place.readAtUsec }),
  };
}
