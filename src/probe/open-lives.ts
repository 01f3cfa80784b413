import { describeError } from '../logger.ts';
import { createLifeTeller, type LifeListener } from './decode-life-event.ts';
import { type EnabledEvents, enableKernelEvents } from './enable-kernel-events.ts';
import { lifeRows } from './kernel-events.ts';
import { Lives } from './lives.ts';
import type { ObserverParts } from './observe.ts';
import { type PidNames, samePids } from './pid-names.ts';
import { monotonicUsec } from './realtime.ts';
import { RingQueue } from './ring-queue.ts';
import { RawRings } from './tracefs/raw-rings.ts';
import { isBehindGap, type PageLayout, RingEvents } from './tracefs/ring-page.ts';
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
  readonly world: Pick<ObserverParts, 'rootPid' | 'pids'> & { readonly tasks: LifeListener };
  /** Called where some were overwritten before we read them. */
  readonly onLost: () => void;
  /** Called once where the buffers cannot be read any more. */
  readonly onError: (error: unknown) => void;
}

/** Follows the lives of processes from now on. Where the kernel does not let us there are none, and `enabled` says why. */
export function openLives({ tracefs, instance, world, onLost, onError }: OpenLivesParts): OpenLives {
  try {
    const tell = createLifeTeller(tracefs, world.tasks);
    const rings = new RawRings(tracefs, instance);
    const { layout } = rings;
    const learn = birthLearner(tracefs, world.pids);
    const enabled = enableKernelEvents(tracefs, instance, lifeRows(world.rootPid));
    const queues = Array.from(
      { length: rings.count },
      () => new RingQueue({ layout, tell, release: (page) => rings.release(page) }),
    );
    const drain = (): void =>
      rings.drain((page, ring) => {
        if (isBehindGap(page, layout)) onLost();
        learn?.(page, layout);
        queues[ring]?.push(page);
      });
    const lives = new Lives({ queues, drain, now: monotonicUsec });
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

/** A container's processes have to be looked at while they are there. A host's have no other pids. */
function birthLearner(tracefs: Tracefs, pids: PidNames): ((page: DataView, layout: PageLayout) => void) | undefined {
  if (pids === samePids) return undefined;
  const nothing = (): void => undefined;
  const forked = (child: number, parent: number): void => pids.learnChild(child, parent);
  const tell = createLifeTeller(tracefs, { forked, named: nothing, exited: nothing });
  return (page, layout) => {
    const events = new RingEvents(page, layout);
    while (events.advance()) tell(page, events.dataOffset, events.clockNs);
  };
}
