import type { JournalHost } from '../../model/evidence.ts';
import { discard } from '../discard.ts';
import type { LineParser, LinePlace } from '../line-parser.ts';
import type { Observation } from '../source.ts';
import { type Announcement, parseAnnouncement } from './announcement.ts';
import { isNoise } from './noise.ts';
import { OlderRecords } from './older-records.ts';
import { isBoundary } from './record-boundary.ts';
import { maxRecordLength } from './record-limits.ts';
import { RecordReader } from './record-reader.ts';
import type { ProbeName } from './witness.ts';

export interface StapParserOptions {
  /** Who printed the stream, until its first line says so; `stap` where it is not told. */
  readonly source?: ProbeName;
  /** Called where the stream's first line names the machine it was printed on, as far as it does. */
  readonly onHost?: (host: JournalHost) => void;
}

/**
 * Reads what the probes print: records of stap/RECORD.md, and what debug.stp of 2020 and the exploratory
 * scripts printed, told apart by their lines. After `finish` it can go on: calling it when a live input has
 * been quiet for a while completes the record of an older script, which has no end of its own.
 */
export function createStapParser(options: StapParserOptions = {}): LineParser {
  return new StapParser(options);
}

class StapParser implements LineParser {
  readonly #onHost: ((host: JournalHost) => void) | undefined;
  readonly #records: RecordReader;
  readonly #olderRecords: OlderRecords;
  #source: ProbeName;
  #isAnnounced = false;

  constructor(options: StapParserOptions) {
    this.#source = options.source ?? 'stap';
    this.#onHost = options.onHost;
    this.#records = new RecordReader(this.#source);
    this.#olderRecords = new OlderRecords(this.#source);
  }

  get isUnfinished(): boolean {
    return this.#records.isUnfinished || this.#olderRecords.isOpen;
  }

  accept(text: string, place: LinePlace): readonly Observation[] {
    const line = withoutEnd(text);
    if (line.length > maxRecordLength) {
      return [...this.#interrupt(), discard(this.#source, 'too-long', line, place)];
    }
    const announcement = parseAnnouncement(line);
    if (announcement !== undefined) return this.#announce(announcement);
    const observed = this.#records.accept(line, place);
    if (observed === undefined) return [...this.#records.tear(), ...this.#acceptOther(line, place)];
    // A stack without a first line that runs into an end is the rest of a record whose beginning we missed.
    const before = isBoundary(line, 'end') ? this.#olderRecords.finishUnlessHeadless() : this.#olderRecords.finish();
    return [...before, ...observed];
  }

  finish(): readonly Observation[] {
    return [...this.#records.finish(), ...this.#olderRecords.finish()];
  }

  #announce({ version, probe, host }: Announcement): readonly Observation[] {
    this.#source = probe ?? this.#source;
    this.#isAnnounced = true;
    const before = [...this.#olderRecords.finish(), ...this.#records.announce(this.#source, version)];
    if (Object.keys(host).length > 0) this.#onHost?.(host);
    return before;
  }

  /** A stream that announced our records holds no others: a stack in it can only be a torn record's. */
  #acceptOther(line: string, place: LinePlace): readonly Observation[] {
    if (this.#isAnnounced) return isNoise(line) ? [] : [discard(this.#source, 'unreadable', line, place)];
    const observed = this.#olderRecords.accept(line, place);
    if (this.#olderRecords.isOpen) return [...this.#records.finish(), ...observed];
    return observed;
  }

  #interrupt(): readonly Observation[] {
    return [...this.#records.tear(), ...this.#olderRecords.finish()];
  }
}

/** A pattern would be tried at each character of each line. */
function withoutEnd(line: string): string {
  const end = line.endsWith('\n') ? line.length - 1 : line.length;
  return line.slice(0, line.charAt(end - 1) === '\r' ? end - 1 : end);
}
