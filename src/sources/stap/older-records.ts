import type { Ancestry } from '../../model/process.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import { discard } from '../discard.ts';
import type { LinePlace } from '../line-parser.ts';
import type { Observation } from '../source.ts';
import { parseAncestryLine } from './ancestry-line.ts';
import { parseBacktraceLine, type UnjudgedFrame } from './backtrace-line.ts';
import { debugStpOpenings, headlessOpening, parsePidsLine, parseProcessTreeTime, type ServicePids } from './debug-stp.ts';
import { exploratoryOpenings } from './exploratory-stp.ts';
import { isNoise, isSeparator } from './noise.ts';
import { OlderRecord } from './older-record.ts';
import type { Opening, OpeningPattern } from './opening.ts';
import type { ProbeName } from './witness.ts';

const openingPatterns: readonly OpeningPattern[] = [...debugStpOpenings, ...exploratoryOpenings];

/**
 * Reads what debug.stp of 2020 and the exploratory scripts print. Their records have no end: one is complete
 * where its last line is known by its form, or else where something new begins.
 */
export class OlderRecords {
  readonly #source: ProbeName;
  #open: OlderRecord | undefined;

  constructor(source: ProbeName) {
    this.#source = source;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  accept(line: string, place: LinePlace): readonly Observation[] {
    const frame = parseBacktraceLine(line);
    if (frame !== undefined) return this.#takeFrame(frame, line, place);
    for (const { pattern, read } of openingPatterns) {
      const groups = pattern.exec(line)?.groups;
      if (groups !== undefined) return this.#begin(read(groups), line, place);
    }
    const pids = parsePidsLine(line);
    if (pids !== undefined) return this.#takePids(pids, line, place);
    const atUsec = parseProcessTreeTime(line);
    if (atUsec !== undefined) return this.#takeTime(atUsec, line);
    const ancestry = this.#open?.opening.follows === 'ancestry' ? parseAncestryLine(line) : undefined;
    if (ancestry !== undefined) return this.#takeAncestry(ancestry, line);
    if (isSeparator(line)) return this.finish();
    return isNoise(line) ? [] : [discard(this.#source, 'unreadable', line, place)];
  }

  /** Completes the record that is open: nothing tells whether more of it was to come. */
  finish(): readonly Observation[] {
    const record = this.#open;
    this.#open = undefined;
    return record === undefined ? [] : record.complete(this.#source);
  }

  /** Forgets a stack whose first line is unknown; completes any other record. */
  finishUnlessHeadless(): readonly Observation[] {
    if (this.#open?.opening === headlessOpening) this.#open = undefined;
    return this.finish();
  }

  #begin(opening: Opening | undefined, line: string, place: LinePlace): readonly Observation[] {
    const before = this.finish();
    if (opening === undefined) return [...before, discard(this.#source, 'unreadable', line, place)];
    this.#open = new OlderRecord(opening, line, place);
    return opening.follows === 'nothing' ? [...before, ...this.finish()] : before;
  }

  #takeFrame(frame: UnjudgedFrame, line: string, place: LinePlace): readonly Observation[] {
    const open = this.#open;
    const isProbedFunction = frame.function !== undefined && frame.offset === 0;
    if (open?.opening.follows === 'frames' && !(isProbedFunction && open.hasFrames)) {
      open.addFrame(frame, line);
      return [];
    }
    const before = this.finish();
    this.#open = new OlderRecord(headlessOpening, '', place);
    this.#open.addFrame(frame, line);
    return before;
  }

  #takePids(pids: ServicePids, line: string, place: LinePlace): readonly Observation[] {
    if (this.#open?.takesPids === true) {
      this.#open.addPids(pids, line);
      return [];
    }
    const before = this.finish();
    this.#open = new OlderRecord(headlessOpening, '', place);
    this.#open.addPids(pids, line);
    return before;
  }

  #takeTime(atUsec: RealtimeUsec, line: string): readonly Observation[] {
    if (this.#open?.opening.isDebugStp === true) this.#open.addTime(atUsec, line);
    return this.finish();
  }

  #takeAncestry(ancestry: Ancestry, line: string): readonly Observation[] {
    this.#open?.addAncestry(ancestry, line);
    return this.finish();
  }
}
