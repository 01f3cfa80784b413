import { describeError } from '../logger.ts';
import { createLifeDecoder } from './decode-life-event.ts';
import { type EnabledEvents, enableKernelEvents } from './enable-kernel-events.ts';
import { lifeRows } from './kernel-events.ts';
import { Lives } from './lives.ts';
import type { ObserverParts } from './observe.ts';
import type { ProbeEvent } from './probe-events.ts';
import { RawRings } from './tracefs/raw-rings.ts';
import type { Tracefs } from './tracefs/tracefs.ts';

export interface OpenLives {
  readonly lives: Pick<Lives, 'tellUntil'>;
  readonly enabled: EnabledEvents;
  close(): void;
}

/** So often the buffer is emptied where nobody needs to know: it holds several seconds of a host that does nothing but fork. */
const emptyMs = 1_000;

/** Follows the lives of processes from now on. Where the kernel does not let us there are none, and `enabled` says why. */
export function openLives(
  tracefs: Tracefs,
  instance: string,
  { rootPid, pids }: Pick<ObserverParts, 'rootPid' | 'pids'>,
  accept: (event: ProbeEvent) => void,
): OpenLives {
  try {
    const rings = new RawRings(tracefs, instance);
    const decode = createLifeDecoder(tracefs);
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
    // What is told last may still be waited for by an event that has not been read.
    const timer = setInterval(() => lives.tellUntil(monotonicUsec() - emptyMs * 1000), emptyMs);
    const close = (): void => {
      clearInterval(timer);
      rings.close();
    };
    return { lives, enabled, close };
  } catch (error) {
    const enabled = { shows: new Set<never>(), problems: [describeError(error)] };
    return { lives: { tellUntil: () => undefined }, enabled, close: () => undefined };
  }
}

function monotonicUsec(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
