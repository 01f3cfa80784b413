import { describeError } from '../logger.ts';
import { createLifeDecoder } from './decode-life-event.ts';
import { type EnabledEvents, enableKernelEvents } from './enable-kernel-events.ts';
import { lifeRows } from './kernel-events.ts';
import { Lives } from './lives.ts';
import type { ObserverParts } from './observe.ts';
import type { ProbeEvent } from './probe-events.ts';
import { monotonicUsec } from './realtime.ts';
import { RawRings } from './tracefs/raw-rings.ts';
import type { Tracefs } from './tracefs/tracefs.ts';

export interface OpenLives extends Pick<Lives, 'tellUntil'> {
  readonly enabled: EnabledEvents;
  close(): void;
}

/** So often the buffer is emptied where nobody needs to know: it holds several seconds of a host that does nothing but fork. */
const emptyMs = 1_000;

export interface OpenLivesParts {
  readonly tracefs: Tracefs;
  /** Directory below `instances`. */
  readonly instance: string;
  readonly world: Pick<ObserverParts, 'rootPid' | 'pids'>;
  readonly accept: (event: ProbeEvent) => void;
  /** Called once where the buffers cannot be read any more. */
  readonly onError: (error: unknown) => void;
}

/** Follows the lives of processes from now on. Where the kernel does not let us there are none, and `enabled` says why. */
export function openLives({ tracefs, instance, world: { rootPid, pids }, accept, onError }: OpenLivesParts): OpenLives {
  try {
    const decode = createLifeDecoder(tracefs);
    const rings = new RawRings(tracefs, instance);
    const enabled = enableKernelEvents(tracefs, instance, lifeRows(rootPid));
    const lives = new Lives({
      accept,
      now: monotonicUsec,
      drain: (take) =>
        rings.drain((page, dataOffset, clockNs) => {
          const event = decode(page, dataOffset, clockNs);
          if (event?.kind === 'task-forked') pids.learnChild(event.childPid, event.pid);
          if (event !== undefined) take(event);
        }),
    });
    const timer = setInterval(() => {
      try {
        // What is told last may still be waited for by an event that has not been read.
        lives.tellUntil(monotonicUsec() - emptyMs * 1000);
      } catch (error) {
        clearInterval(timer);
        onError(error);
      }
    }, emptyMs);
    const close = (): void => {
      clearInterval(timer);
      rings.close();
    };
    return { tellUntil: (clockUsec) => lives.tellUntil(clockUsec), enabled, close };
  } catch (error) {
    const enabled = { shows: new Set<never>(), problems: [describeError(error)] };
    return { tellUntil: () => undefined, enabled, close: () => undefined };
  }
}
