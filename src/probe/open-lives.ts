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
  /** Empties the buffer, which holds several seconds of a host that does nothing but fork. @throws where it cannot be read any more */
  empty(): void;
  close(): void;
}

/** What is told last may still be waited for by an event that has not been read. */
const waitedForUsec = 1_000_000;

export interface OpenLivesParts {
  readonly tracefs: Tracefs;
  /** Directory below `instances`. */
  readonly instance: string;
  readonly world: Pick<ObserverParts, 'rootPid' | 'pids'> & { readonly tasks: LifeListener };
  /** Called where some were overwritten before we read them. */
  readonly onLost: () => void;
}

/** Follows the lives of processes from now on. Where the kernel does not let us there are none, and `enabled` says why. */
export function openLives({ tracefs, instance, world, onLost }: OpenLivesParts): OpenLives {
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
    return {
      enabled,
      tellUntil: (clockUsec) => lives.tellUntil(clockUsec),
      empty: () => lives.tellUntil(monotonicUsec() - waitedForUsec),
      close: () => rings.close(),
    };
  } catch (error) {
    const enabled = { shows: new Set<never>(), problems: [describeError(error)] };
    const nothing = (): void => undefined;
    return { enabled, tellUntil: nothing, empty: nothing, close: nothing };
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
