import type { Wake } from './wake.ts';
import { DirectoryWatch } from './watch-directory.ts';

export interface WatchAndLook {
  readonly directory: string;
  /** The one name of interest in it; all where absent. */
  readonly name?: string;
  /** Does what there is to do. False where that has to be tried again before anything is known to have changed. */
  readonly look: () => Promise<boolean>;
  /** Notified where there is something to do for another reason. */
  readonly wake: Wake;
  /** How often to look where nothing can be watched. */
  readonly retryMs?: number | undefined;
}

/** Looks once and then whenever the kernel tells of a change, asleep in between. Resolves once the signal aborts. */
export async function watchAndLook(
  { directory, name, look, wake, retryMs = 1000 }: WatchAndLook,
  signal: AbortSignal,
): Promise<void> {
  const notify = (): void => wake.notify();
  const watch = new DirectoryWatch(directory, (changed) => {
    if (name === undefined || changed === undefined || changed === name) notify();
  });
  signal.addEventListener('abort', notify);
  try {
    while (!signal.aborted) {
      // Watch first, then look: what changes in between wakes us again.
      const isWatched = watch.ensure();
      const isThere = await look();
      if (!signal.aborted) await wake.wait(isWatched && isThere ? undefined : retryMs);
    }
  } finally {
    signal.removeEventListener('abort', notify);
    watch.close();
  }
}
