import type { Logger, LogLevel } from '../../logger.ts';
import type { SourceName } from '../../model/evidence.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import type { LineParser } from '../line-parser.ts';
import type { Source } from '../source.ts';
import type { TailNotice } from './followed-log.ts';
import { LiveLines } from './live-lines.ts';
import { tailFile } from './tail-file.ts';

export interface TailSourceOptions {
  readonly name: SourceName;
  readonly path: string;
  readonly createParser: () => LineParser;
  /** What `savePosition` got last, in an earlier run. */
  readonly position?: string | undefined;
  /** Gets a position once all evidence before it has been emitted; it may be stored when that evidence is durable. */
  readonly savePosition?: ((position: string) => void) | undefined;
  readonly nowUsec: () => RealtimeUsec;
  readonly log: Logger;
  /** Whether the log is there to be read; after the supervisor's own `onUp(true)`. */
  readonly onUp?: ((up: boolean) => void) | undefined;
  /** After this time without a line an unfinished record has no more to come. */
  readonly quietMs?: number;
  /** See `TailOptions`. */
  readonly retryMs?: number | undefined;
}

/** A source that follows a log line by line, from where the run before it stopped. */
export function createTailSource(options: TailSourceOptions): Source {
  const { name, path, retryMs, log, onUp } = options;
  let position = options.position;
  const savePosition = (reached: string): void => {
    position = reached;
    options.savePosition?.(reached);
  };
  return {
    name,
    async run(emit, signal) {
      const live = new LiveLines({
        ...options,
        file: path,
        parser: options.createParser(),
        quietMs: options.quietMs ?? 1000,
        emit,
        savePosition,
      });
      const onNotice = (notice: TailNotice): void => {
        const { level, message, isUp } = noticeTexts[notice.event];
        log[level](message, { source: name, ...notice });
        if (isUp !== undefined) onUp?.(isUp);
        if (notice.event === 'resumed') live.announce(notice.firstLine);
      };
      try {
        await tailFile({ path, position, onLines: live.accept, onBeginning: savePosition, onNotice, retryMs }, signal);
      } finally {
        live.stop();
      }
    },
  };
}

interface NoticeText {
  readonly level: LogLevel;
  readonly message: string;
  readonly isUp?: boolean;
}

const noticeTexts: Readonly<Record<TailNotice['event'], NoticeText>> = {
  following: { level: 'info', message: 'Following a log', isUp: true },
  missing: { level: 'warn', message: 'Waiting for a log that is not there', isUp: false },
  unreadable: { level: 'warn', message: 'Waiting for a log that cannot be read', isUp: false },
  'not-a-file': { level: 'warn', message: 'Waiting for a log where something else is', isUp: false },
  resumed: { level: 'info', message: 'Resuming a log where it was left' },
  'position-lost': { level: 'warn', message: 'Reading a log from its beginning: it is not the one that was left' },
  rotated: { level: 'info', message: 'A log was rotated' },
  truncated: { level: 'info', message: 'A log was truncated' },
};
