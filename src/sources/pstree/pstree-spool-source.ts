import type { Logger } from '../../logger.ts';
import { discardedLine, discardedText } from '../files/discarded-text.ts';
import { unopened } from '../files/open-log.ts';
import { LineSplitter } from '../files/split-lines.ts';
import { Spool, type SpooledDump } from '../files/spool.ts';
import { Wake } from '../files/wake.ts';
import { watchAndLook } from '../files/watch-and-look.ts';
import type { Observation, Source } from '../source.ts';
import { createPstreeParser } from './pstree-text.ts';

export interface PstreeSpoolOptions {
  /** Where a hook renames its dumps into, as `UNIT.TIMESTAMP`. */
  readonly directory: string;
  /** Move dumps that were read to `done/`; they are removed otherwise. */
  readonly keep?: boolean;
  /** Gets what removes a dump, to be called when the evidence emitted before is durable; called at once where absent. */
  readonly whenSafe?: (commit: () => Promise<void>) => Promise<void> | void;
  readonly log: Logger;
  /** Whether the directory is there to be read; after the supervisor's own `onUp(true)`. */
  readonly onUp?: (up: boolean) => void;
  /** How often to look where the directory cannot be watched. */
  readonly retryMs?: number;
}

type Emit = (observation: Observation) => void;

const name = 'pstree';

/** Reads dumps of `pstree -psa` as they are dropped into a directory, and those that lie there already. */
export function createPstreeSpoolSource(options: PstreeSpoolOptions): Source {
  return {
    name,
    async run(emit, signal) {
      const spool = createSpool(options, emit);
      const report = presenceReporter(options);
      const look = async (): Promise<boolean> => {
        const absence = await spool.scan(signal).catch(unopened);
        report(absence?.reason);
        return absence === undefined;
      };
      await watchAndLook({ directory: options.directory, look, wake: new Wake(), retryMs: options.retryMs }, signal);
    },
  };
}

function createSpool({ directory, keep = false, whenSafe = (commit) => commit(), log }: PstreeSpoolOptions, emit: Emit): Spool {
  return new Spool({
    directory,
    keep,
    whenSafe,
    log,
    read: (dump) => readDump(dump, emit),
    onRejected: (path, reason) => {
      log.warn('Setting a file of the spool aside', { source: name, path, reason });
      emit({ kind: 'discarded', source: name, reason: 'foreign-file', text: discardedText(`${path}: ${reason}`) });
    },
  });
}

/** The name of a dump knows its unit and its time; the text does not. False where there is no tree in it: then it is junk as a whole. */
function readDump({ path, unit, atUsec, bytes }: SpooledDump, emit: Emit): boolean {
  const parser = createPstreeParser();
  const splitter = new LineSplitter();
  const observations: Observation[] = [];
  for (const line of [...splitter.push(bytes), ...splitter.end()]) {
    const place = { file: path, line: line.number, readAtUsec: atUsec };
    observations.push(...(line.tooLong ? [discardedLine(name, path, line)] : parser.accept(line.text, place)));
  }
  observations.push(...parser.finish());
  if (!observations.some(({ kind }) => kind === 'process-tree')) return false;
  for (const observation of observations) {
    emit(observation.kind === 'process-tree' ? { ...observation, unit, atUsec } : observation);
  }
  return true;
}

/** Tells once of each change between a directory that can be read and one that cannot. */
function presenceReporter({ directory, log, onUp }: PstreeSpoolOptions): (absence: string | undefined) => void {
  let reported: string | undefined = 'nothing';
  return (absence) => {
    if (absence === reported) return;
    reported = absence;
    onUp?.(absence === undefined);
    if (absence === undefined) log.info('Watching a spool', { source: name, directory });
    else log.warn('Waiting for a spool that cannot be read', { source: name, directory, reason: absence });
  };
}
