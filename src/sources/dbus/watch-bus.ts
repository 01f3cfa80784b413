import type { Evidence } from '../../model/evidence.ts';
import { askOver, type BusAsking } from './bus-asking-connection.ts';
import type { BusMessage } from './bus-message.ts';
import { openBusMonitor } from './bus-monitor-connection.ts';
import { LiveEvidence, type LiveEvidenceParts } from './live-evidence.ts';
import { followManager, type ManagerPresence } from './manager-presence.ts';
import { managerNameRule, signalRules } from './match-rules.ts';
import { systemdName } from './stop-methods.ts';
import { openSystemBus, type SystemBus } from './system-bus.ts';

export interface BusWatch extends Pick<LiveEvidenceParts, 'up' | 'inspect' | 'nowUsec'> {
  readonly address: string;
  readonly timeoutMs: number;
  readonly maxAbsenceMs: number;
  readonly onUp: (up: boolean) => void;
  /** Told with each connection whether the bus refuses to be watched, and why. */
  readonly onSight: (refused: string | undefined) => void;
  readonly onUnreadable: (error: unknown) => void;
  readonly emit: (evidence: Evidence) => void;
}

/**
 * Watches the system bus over two connections: a monitor, that sees all and may say nothing, and one that asks. Resolves
 * once the signal aborts, rejects when a connection or systemd is lost.
 */
export async function watchBus(watch: BusWatch, signal: AbortSignal): Promise<void> {
  const ending = new AbortController();
  const session = new Session(watch, AbortSignal.any([signal, ending.signal]));
  watch.onUp(false);
  try {
    await session.run();
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    ending.abort();
    session.stop();
  }
}

class Session {
  readonly #watch: BusWatch;
  readonly #signal: AbortSignal;
  readonly #presence: ManagerPresence;
  readonly #failure = Promise.withResolvers<never>();
  #live: LiveEvidence | undefined;
  /** What is seen before it can be understood. */
  readonly #early: BusMessage[] = [];
  #isMonitored = true;
  #catchUps = 0;

  constructor(watch: BusWatch, signal: AbortSignal) {
    this.#watch = watch;
    this.#signal = signal;
    const { maxAbsenceMs, onUp } = watch;
    const onPresent = (manager: string): void => void this.#catchUp(manager);
    this.#presence = followManager({ maxAbsenceMs, onPresent, onAbsent: () => onUp(false) });
    // It may fail when nobody waits for it any more.
    this.#failure.promise.catch(() => undefined);
  }

  async run(): Promise<void> {
    const bus = await this.#open((message) => {
      this.#presence.follow(message);
      if (!this.#isMonitored) this.#accept(message);
    });
    const asking = askOver(bus);
    await asking.addMatch(managerNameRule);
    const monitor = await this.#monitor(asking);
    const managerName = await asking.ownerOf(systemdName);
    this.#live = new LiveEvidence({ ...this.#watch, asking, managerName });
    for (const message of this.#early) this.#live.accept(message);
    if (monitor !== undefined) this.#live.knowNames((await asking.uniqueNames()).filter((name) => name !== bus.uniqueName));
    this.#presence.begin(managerName);
    const connections = monitor === undefined ? [bus] : [bus, monitor];
    await Promise.race([this.#failure.promise, this.#presence.lost, ...connections.map((one) => this.#lost(one))]);
  }

  stop(): void {
    this.#presence.stop();
    this.#live?.stop();
  }

  /** undefined where the bus does not let us: then systemd's signals come over the other connection. */
  async #monitor(asking: BusAsking): Promise<SystemBus | undefined> {
    const monitor = await openBusMonitor(this.#connectionOptions((message) => this.#accept(message)));
    const refused = 'refused' in monitor ? monitor.refused : undefined;
    this.#watch.onSight(refused);
    if (!('refused' in monitor)) return monitor;
    this.#isMonitored = false;
    for (const rule of signalRules) await asking.addMatch(rule);
    return undefined;
  }

  #open(onMessage: (message: BusMessage) => void): Promise<SystemBus> {
    return openSystemBus(this.#connectionOptions(onMessage));
  }

  #connectionOptions(onMessage: (message: BusMessage) => void) {
    const { address, timeoutMs, nowUsec, onUnreadable } = this.#watch;
    return { address, timeoutMs, nowUsec, onUnreadable, onMessage, signal: this.#signal };
  }

  #accept(message: BusMessage): void {
    if (this.#live === undefined) this.#early.push(message);
    else this.#live.accept(message);
  }

  /** systemd has come, or has come back under another name: nothing is known of its units now. */
  async #catchUp(manager: string): Promise<void> {
    this.#catchUps += 1;
    const number = this.#catchUps;
    try {
      await this.#live?.catchUp();
      if (number !== this.#catchUps || this.#signal.aborted) return;
      this.#live?.introduce(manager);
      this.#watch.onUp(true);
    } catch (error) {
      // systemd went away again: it will be asked when it comes.
      if (number === this.#catchUps && this.#presence.isPresent) this.#failure.reject(error);
    }
  }

  async #lost(bus: SystemBus): Promise<never> {
    const cause = await bus.ended;
    throw new Error(`Lost the system bus at "${this.#watch.address}"`, { cause });
  }
}
