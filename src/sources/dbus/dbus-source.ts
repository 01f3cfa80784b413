import type { RealtimeUsec } from '../../model/time.ts';
import { discardedText } from '../files/discarded-text.ts';
import type { Observation, Source } from '../source.ts';
import type { Inspect } from './bus-peers.ts';
import { watchBus } from './watch-bus.ts';

export interface DbusSourceOptions {
  /** As DBUS_SYSTEM_BUS_ADDRESS has it; see `systemBusAddress`. */
  readonly address: string;
  /** Reads a process and its parents at once: the caller of a method may be gone a moment later. */
  readonly inspect: Inspect;
  readonly nowUsec: () => RealtimeUsec;
  /** Whether systemd's signals are being received; after the supervisor's own `onUp(true)`. */
  readonly onUp?: ((up: boolean) => void) | undefined;
  /**
   * Told when the bus begins to refuse to show us method calls, with its reason: then nobody is known to have asked for
   * anything. Told `undefined` when it shows them again.
   */
  readonly onDegraded?: ((reason: string | undefined) => void) | undefined;
  /** How long connecting and each reply may take; D-Bus waits 25 seconds by default, as systemd may need to reload. */
  readonly timeoutMs?: number;
  /** How long systemd itself may be missing on the bus. */
  readonly maxAbsenceMs?: number;
}

/** systemd's signals, requests to it and who made them, as the system bus shows them. */
export function createDbusSource(options: DbusSourceOptions): Source {
  const up = new Set<string>();
  let isDegraded = false;
  const onSight = (refused: string | undefined): void => {
    if ((refused !== undefined) === isDegraded) return;
    isDegraded = refused !== undefined;
    options.onDegraded?.(refused);
  };
  return {
    name: 'dbus',
    run: (emit, signal) =>
      watchBus(
        {
          address: options.address,
          inspect: options.inspect,
          nowUsec: options.nowUsec,
          timeoutMs: options.timeoutMs ?? 25_000,
          maxAbsenceMs: options.maxAbsenceMs ?? 30_000,
          up,
          onUp: options.onUp ?? (() => undefined),
          onSight,
          onUnreadable: (error) => emit(unreadable(error)),
          emit,
        },
        signal,
      ),
  };
}

function unreadable(error: unknown): Observation {
  return { kind: 'discarded', source: 'dbus', reason: 'unreadable', text: discardedText(String(error)) };
}
