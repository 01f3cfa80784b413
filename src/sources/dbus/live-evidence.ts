import type { Evidence, JobAdded, UnitState } from '../../model/evidence.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import type { BusAsking } from './bus-asking-connection.ts';
import { type BusTranslator, createBusTranslator } from './bus-evidence.ts';
import type { BusMessage } from './bus-message.ts';
import { type BusPeers, createBusPeers, type Inspect } from './bus-peers.ts';
import { readInitialStates, unitRelations } from './initial-states.ts';
import { createKnownUnits, type KnownUnits } from './known-units.ts';
import { objectPathOfUnit } from './object-path.ts';
import { createOrderedRelay, type OrderedRelay } from './ordered-relay.ts';
import { createStateOrder, type StateOrder } from './state-order.ts';
import { systemdName } from './stop-methods.ts';

export interface LiveEvidenceParts {
  readonly asking: BusAsking;
  /** Unique name of systemd; undefined where it is not on the bus yet. */
  readonly managerName: string | undefined;
  /** The services that are up, kept here and read at the next run. */
  readonly up: Set<string>;
  readonly inspect: Inspect;
  readonly nowUsec: () => RealtimeUsec;
  readonly emit: (evidence: Evidence) => void;
}

/** How long evidence waits for a job's type: PID 1 answers in less than a millisecond, or not before a long work is done. */
const maxJobTypeWaitMs = 100;
/** A transaction can add hundreds of jobs at once; the bus allows 128 calls that wait. */
const maxJobTypeCalls = 32;
/** By then, what systemd announced before it gave its last answer has arrived over the other connection too. */
const overtakingMs = 1000;

/** Turns the messages of a running bus into evidence, and asks for what they leave out. */
export class LiveEvidence {
  readonly #parts: LiveEvidenceParts;
  readonly #translator: BusTranslator;
  readonly #relay: OrderedRelay<Evidence>;
  readonly #peers: BusPeers;
  readonly #units: KnownUnits;
  #managerName: string;
  #order: StateOrder | undefined;
  #orderTimer: NodeJS.Timeout | undefined;
  #jobTypeCalls = 0;

  constructor(parts: LiveEvidenceParts) {
    const { asking, emit, managerName = ':unknown', up } = parts;
    this.#parts = parts;
    this.#managerName = managerName;
    this.#translator = createBusTranslator({ managerName });
    this.#relay = createOrderedRelay(emit, maxJobTypeWaitMs);
    const pidOf = (name: string) => asking.pidOf(name).catch(() => undefined);
    this.#peers = createBusPeers({ ...parts, pidOf, emit: (peer) => this.#relay.push(peer) });
    this.#units = createKnownUnits(up, (unit) => this.#readRelations(unit));
  }

  accept(message: BusMessage): void {
    if (isNameOwnerChanged(message)) this.#followName(message);
    if (this.#isReloaded(message)) this.#units.reloaded();
    for (const evidence of this.#translator.translate(message)) this.#handle(evidence, message);
  }

  /** The names that were on the bus before we were. */
  knowNames(uniqueNames: readonly string[]): void {
    for (const name of uniqueNames) this.#peers.connected(name);
  }

  /** Makes it evidence who is behind a name. */
  introduce(uniqueName: string): void {
    this.#peers.named(uniqueName);
  }

  /** Asks for the state of all services: at the beginning, and after every gap. */
  async catchUp(): Promise<void> {
    const { asking, nowUsec, up } = this.#parts;
    clearTimeout(this.#orderTimer);
    this.#order = createStateOrder();
    await asking.subscribe();
    await readInitialStates({ asking, nowUsec, emit: (evidence) => this.#handle(evidence) }, new Set(up));
    this.#orderTimer = setTimeout(() => {
      this.#order = undefined;
    }, overtakingMs);
  }

  stop(): void {
    clearTimeout(this.#orderTimer);
    this.#relay.stop();
  }

  #followName({ body: [name, , newOwner] }: BusMessage): void {
    if (typeof name !== 'string' || typeof newOwner !== 'string') return;
    if (name === systemdName) this.#managerName = newOwner;
    if (!name.startsWith(':')) return;
    if (newOwner === '') this.#peers.disconnected(name);
    else this.#peers.connected(name);
  }

  #isReloaded({ sender, member, body }: BusMessage): boolean {
    return member === 'Reloading' && sender === this.#managerName && body[0] === false;
  }

  #handle(evidence: Evidence, message?: BusMessage): void {
    if (evidence.kind === 'unit-state') this.#unitState(evidence);
    else if (evidence.kind === 'job-added') this.#jobAdded(evidence);
    else {
      // The reply makes it evidence again, but its sender is known by then.
      if (evidence.kind === 'request' && message?.type === 'method-call') this.#peers.named(evidence.busName);
      this.#relay.push(evidence);
    }
  }

  #unitState(state: UnitState): void {
    if (this.#order?.accepts(state) === false) return;
    this.#units.seen(state);
    this.#relay.push(state);
  }

  #jobAdded(job: JobAdded): void {
    if (this.#jobTypeCalls >= maxJobTypeCalls) this.#relay.push(job);
    else this.#relay.pushLater(this.#withType(job), job);
  }

  async #withType(job: JobAdded): Promise<JobAdded> {
    this.#jobTypeCalls += 1;
    try {
      const jobType = await this.#parts.asking.jobType(job.jobId);
      return jobType === undefined ? job : { ...job, jobType };
    } finally {
      this.#jobTypeCalls -= 1;
    }
  }

  async #readRelations(unit: string): Promise<void> {
    const { asking, nowUsec } = this.#parts;
    const path = objectPathOfUnit(unit);
    const [properties, serviceType] = await Promise.all([
      asking.unitProperties(path).catch(() => undefined),
      asking.serviceType(path).catch(() => undefined),
    ]);
    const witness = { source: 'dbus', atUsec: nowUsec() } as const;
    if (serviceType !== undefined) {
      this.#relay.push({
        kind: 'service-state',
        ...witness,
        unit,
        serviceType,
        raw: `asked for the type of ${unit}: ${serviceType}`,
      });
    }
    if (properties !== undefined) this.#relay.push(unitRelations(unit, properties, witness.atUsec));
  }
}

function isNameOwnerChanged({ type, sender, member }: BusMessage): boolean {
  return type === 'signal' && sender === 'org.freedesktop.DBus' && member === 'NameOwnerChanged';
}
