import { maxRawLength } from '../../model/evidence.ts';
import type { Ancestry } from '../../model/process.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import { discard } from '../discard.ts';
import type { LinePlace } from '../line-parser.ts';
import { present } from '../present.ts';
import type { Observation } from '../source.ts';
import type { UnjudgedFrame } from './backtrace-line.ts';
import type { ServicePids } from './debug-stp.ts';
import type { Opening } from './opening.ts';
import { maxFrames } from './record-limits.ts';
import { judgeFrames } from './symbol-trust.ts';
import { type ProbeName, witness } from './witness.ts';

/** One unfinished record of the older scripts, within bounds. */
export class OlderRecord {
  readonly opening: Opening;
  readonly #place: LinePlace;
  readonly #frames: UnjudgedFrame[] = [];
  #raw: string;
  #pids: ServicePids | undefined;
  #atUsec: RealtimeUsec | undefined;
  #ancestry: Ancestry | undefined;
  #isOverfull = false;

  constructor(opening: Opening, line: string, place: LinePlace) {
    this.opening = opening;
    this.#place = place;
    this.#raw = line.slice(0, maxRawLength);
    this.#atUsec = opening.atUsec;
  }

  get hasFrames(): boolean {
    return this.#frames.length > 0;
  }

  get takesPids(): boolean {
    return this.opening.isDebugStp === true && !this.hasFrames && this.#pids === undefined;
  }

  addFrame(frame: UnjudgedFrame, line: string): void {
    if (this.#frames.length >= maxFrames) {
      this.#isOverfull = true;
      return;
    }
    this.#frames.push(frame);
    this.#addRaw(line);
  }

  addPids(pids: ServicePids, line: string): void {
    this.#pids = pids;
    this.#addRaw(line);
  }

  addTime(atUsec: RealtimeUsec, line: string): void {
    this.#atUsec = atUsec;
    this.#addRaw(line);
  }

  addAncestry(ancestry: Ancestry, line: string): void {
    this.#ancestry = ancestry;
    this.#addRaw(line);
  }

  /** The evidence, and the news where frames beyond the bound were left out of it. */
  complete(source: ProbeName): readonly Observation[] {
    const body = present({ frames: judgeFrames(this.#frames), ancestry: this.#ancestry, ...this.#pids });
    const evidence = this.opening.complete(body, witness(source, this.#place, this.#raw, this.#atUsec));
    return this.#isOverfull ? [evidence, discard(source, 'out-of-bounds', this.#raw, this.#place)] : [evidence];
  }

  #addRaw(line: string): void {
    if (this.#raw.length < maxRawLength) this.#raw = this.#raw === '' ? line : `${this.#raw}\n${line}`.slice(0, maxRawLength);
  }
}
