import { basename, dirname } from 'node:path';
import { LogTail, type LogTailOptions } from './log-tail.ts';
import { Wake } from './wake.ts';
import { watchAndLook } from './watch-and-look.ts';

export interface TailOptions extends LogTailOptions {
  /** How often to look where nothing can be watched: the log is missing, or its directory cannot be listed. */
  readonly retryMs?: number | undefined;
}

/**
 * Follows a growing log over appends, rotation, truncation, replacement and absence, and a FIFO over its
 * writers. Sleeps until the kernel tells of a change. Resolves once the signal aborts; rejects where reading fails.
 */
export async function tailFile(options: TailOptions, signal: AbortSignal): Promise<void> {
  const { path, retryMs } = options;
  const wake = new Wake();
  const tail = new LogTail(quietAfterAbort(options, signal), () => wake.notify(), signal);
  const look = (): Promise<boolean> => tail.advance();
  try {
    await watchAndLook({ directory: dirname(path), name: basename(path), look, wake, retryMs }, signal);
  } finally {
    await tail.close();
  }
}

function quietAfterAbort(options: LogTailOptions, signal: AbortSignal): LogTailOptions {
  return {
    ...options,
    onLines: (lines, positionAfter) => {
      if (!signal.aborted) options.onLines(lines, positionAfter);
    },
  };
}
