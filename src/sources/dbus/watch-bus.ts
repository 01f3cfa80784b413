import type { Evidence } from '../../model/evidence.ts';
import { askOver } from './bus-asking-connection.ts';
import type { BusMessage } from './bus-message.ts';
import { openBusMonitor } from './bus-monitor-connection.ts';
import { LiveEvidence, type LiveEvidenceParts } from './live-evidence.ts';
import { followManager, type ManagerPresence } from './manager-presence.ts';
import { managerNameRule, signalRules } from './match-rules.ts';
import { systemdName } from './stop-methods.ts';
import { openSystemBus, type SystemBus, type SystemBusOptions } from './system-bus.ts';

export interface BusWatch extends Pick<LiveEvidenceParts, 'up' | 'inspect' | 'nowUsec'> {
  readonly address: string;
  readonly timeoutMs: number;
  readonly maxAbsenceMs: number;
  readonly onUp: (up: boolean) => void;
  readonly onDegraded: (reason: string) => void;
  readonly onUnreadable: (error: unknown) => void;
  readonly emit: (evidence: Evidence) => void;
}

/**
 * Watches the system bus over two connections: a monitor, that sees all and may say nothing, and one that asks. Resolves
 * once the signal aborts, rejects when a connection or systemd is lost.
 */
export async function watchBus(watch: BusWatch, signal: AbortSignal): Promise<void> {
  const ending = new AbortController();
  const ended = AbortSignal.any([signal, ending.signal]);
  watch.onUp(false);
  try {
    await new Watching(watch, ended).run();
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    ending.abort();
  }
}

class Watching {
  readonly #watch: BusWatch;
  readonly #signal: AbortSignal;
  readonly #presence: ManagerPresence;
  readonly #failure = Promise.withResolvers<never>();
  #live: LiveEvidence | undefined;
  /** What is seen before it can be understood. */
  #early: BusMessage[] = [];
  #isMonitored = true;
  #catchUps = 0;
