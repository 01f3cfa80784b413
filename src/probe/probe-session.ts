import { describeError, type Logger } from '../logger.ts';
import { isSelfCheck } from '../model/unit.ts';
import { type Attachment, attachToPidOne, detachFromPidOne } from './attachment.ts';
import { exerciseRepeatedly } from './check-pid-one.ts';
import { decodeLine } from './decode-event.ts';
import { enableKernelEvents } from './enable-kernel-events.ts';
import { actorRows, type KernelRow, kernelRows } from './kernel-events.ts';
import { noticeActor } from './notice-actor.ts';
import { Observer, type ObserverParts, type Seen } from './observe.ts';
import { type OpenLives, openLives } from './open-lives.ts';
import { isOtherCode } from './other-code.ts';
import { OutsideRequests } from './outside-requests.ts';
import { noticeProcesses, observeWorld } from './pid-one-world.ts';
import type { ProbeEvent, TaskExecuted } from './probe-events.ts';
import { describeStatus, type ProbeStatus } from './probe-status.ts';
import { SelfCheck, type Trust } from './self-check.ts';
import { isGap } from './trace-line.ts';
import type { InstanceNames } from './tracefs/instance.ts';
import type { Tracefs } from './tracefs/tracefs.ts';
import type { WatchedPidOne } from './watched-pid-one.ts';

export interface SessionParts extends WatchedPidOne {
  readonly tracefs: Tracefs;
  readonly names: InstanceNames;
  readonly debugDirectory: string;
  readonly log: Logger;
  readonly onSeen: (seen: Seen) => void;
  /** The kernel says that it has overwritten events before we read them. */
  readonly onLost: () => void;
}

const blind: Trust = { names: false, states: false, callers: false, calls: false };
const everything: Trust = { names: true, states: true, callers: true, calls: true };

/**
 * Long enough that a host full of forks wakes us some fifty times a second and not at each; short beside the time that a
 * stop settles. Where the memory of those who connect has to be read there is none.
 */
const pauseMs = 20;

/** The probe between the instance it reads and the records it prints. */
export class ProbeSession {
  readonly #parts: SessionParts;
  readonly #world: ObserverParts;
  readonly #observer: Observer;
  readonly #outside: OutsideRequests;
  #lives: OpenLives | undefined;
  #kernel: ReadonlySet<KernelRow['shows']> = new Set();
  #kernelProblems: readonly string[] = [];
  #attachment: Attachment = { events: new Set(), problems: [] };
  #trust: Trust = blind;
  #selfCheck: ProbeStatus['selfCheck'] = 'not-attached';
  #checkProblem: string | undefined;
  #check: SelfCheck | undefined;
  /** While it is not known what to believe: PID 1's events, and what the others said meanwhile. */
  #held: { readonly events: ProbeEvent[]; readonly seen: Seen[] } | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#world = observeWorld(parts);
    this.#observer = new Observer(this.#world);
    const { tracefs, names, procfs } = parts;
    this.#outside = new OutsideRequests({ tracefs, instance: names.instance, procfs, world: this.#world });
  }

  get status(): ProbeStatus {
    const problems = [...this.#kernelProblems, ...(this.#checkProblem === undefined ? [] : [this.#checkProblem])];
    return describeStatus({
      attachment: this.#attachment,
      selfCheck: this.#selfCheck,
      trust: this.#trust,
      kernel: this.#outside.seesConnections ? new Set([...this.#kernel, 'connections']) : this.#kernel,
      problems,
    });
  }

  /** The kernel's own events, then PID 1's. The lines have to be read already. */
  async start(): Promise<void> {
    const { tracefs, names, rootPid } = this.#parts;
    enableKernelEvents(tracefs, names.actors, actorRows(rootPid));
    this.#lives = openLives({
      tracefs,
      instance: names.lives,
      world: this.#world,
      onLost: this.#parts.onLost,
    });
    const { enabled } = this.#lives;
    const { shows, problems } = enableKernelEvents(tracefs, names.instance, kernelRows(rootPid));
    this.#kernel = new Set([...shows].filter((sight) => sight !== 'processes' || enabled.shows.has(sight)));
    this.#kernelProblems = [...problems, ...enabled.problems];
    noticeProcesses(this.#world, this.#parts.procfs);
    await this.#attach();
  }

  /** To be called once a second. @throws where the kernel's buffers cannot be read any more */
  emptyLives(): void {
    this.#lives?.empty();
  }

  /** To be called when no line comes any more. */
  close(): void {
    this.#lives?.close();
  }

  /** How long events may come together before they are read. */
  get pauseMs(): number {
    return this.#trust.callers ? pauseMs : 0;
  }

  /** A line of the instance of those events whose actor may be gone in a moment. All of them come by `line` too. */
  actorLine(text: string): void {
    const event = decodeLine(text);
    if (event !== undefined) noticeActor(event, this.#world.people);
  }

  line(text: string): void {
    const event = decodeLine(text);
    if (event === undefined) {
      if (isGap(text)) this.#parts.onLost();
      return;
    }
    this.#lives?.tellUntil(event.clockUsec);
    this.#check?.accept(event);
    if (event.kind === 'task-executed') this.#executed(event);
    else if (event.kind === 'socket-connecting') this.#printAll(this.#outside.ofConnection(event));
    else if (this.#held !== undefined && event.pid === this.#parts.rootPid && !isAboutTasks(event)) this.#held.events.push(event);
    else this.#observe(event);
  }

  #observe(event: ProbeEvent): void {
    this.#printAll(this.#observer.accept(event));
  }

  #printAll(all: readonly Seen[]): void {
    for (const seen of all) this.#print(seen);
  }

  #print(seen: Seen): void {
    if (seen.unit !== undefined && isSelfCheck(seen.unit)) return;
    if (this.#held === undefined) this.#parts.onSeen(seen);
    else this.#held.seen.push(seen);
  }

  #executed(event: TaskExecuted): void {
    this.#observer.accept(event);
    if (event.pid === this.#parts.rootPid) this.#followReexec();
    else if (this.#held === undefined) this.#printAll(this.#outside.ofCommand(event));
  }

  async #attach(): Promise<void> {
    const { log } = this.#parts;
    this.#attachment = attachToPidOne(this.#parts);
    const { found } = this.#attachment;
    if (found === undefined || this.#attachment.events.size === 0) {
      this.#believe(blind, 'not-attached');
      log.warn('Cannot look into PID 1', { problems: this.#attachment.problems.join('; ') });
      return;
    }
    this.#held = { events: [], seen: [] };
    const { trust, problem } = await exerciseRepeatedly(this.#parts, (unit) => {
      this.#check = new SelfCheck(unit, found.build, this.#world);
      return this.#check;
    });
    this.#check = undefined;
    this.#checkProblem = problem;
    if (trust === undefined) this.#believe(found.by === 'build-id' ? everything : blind, 'unverified');
    else this.#believe(trust, trust);
    log.info('Looking into PID 1', { ...summary(this.status) });
  }

  /** What was held back is told now, as far as it is believed. */
  #believe(trust: Trust, selfCheck: ProbeStatus['selfCheck']): void {
    const { module, found } = this.#attachment;
    this.#trust = trust;
    this.#selfCheck = selfCheck;
    this.#outside.need(!trust.callers);
    const isUsable = trust.names && module !== undefined && found !== undefined;
    this.#observer.attach(isUsable ? { module, build: found.build, trust } : undefined);
    if (!isUsable) this.#detach();
    const { events, seen } = this.#held ?? { events: [], seen: [] };
    this.#held = undefined;
    const late = events.flatMap((event) => this.#observer.accept(event));
    for (const one of [...seen, ...late].sort((a, b) => a.atUsec - b.atUsec)) this.#print(one);
  }

  #detach(): void {
    try {
      detachFromPidOne(this.#parts);
    } catch (error) {
      this.#parts.log.warn('Cannot remove the probes from PID 1', { error: describeError(error) });
    }
  }

  /** After an upgrade PID 1 runs another file, in which nobody has a probe yet. */
  #followReexec(): void {
    void this.#reattach().catch((error: unknown) =>
      this.#parts.log.error('Cannot follow PID 1', { error: describeError(error) }),
    );
  }

  async #reattach(): Promise<void> {
    if (!(await isOtherCode(this.#parts, this.#attachment.identity))) return;
    this.#parts.log.info('PID 1 runs another file', { before: this.#attachment.module });
    this.#detach();
    await this.#attach();
  }
}

/** Who is there has to be known at once: it will not wait. */
function isAboutTasks({ kind }: ProbeEvent): boolean {
  return kind === 'task-forked' || kind === 'task-attached';
}

function summary({ systemd, sees }: ProbeStatus): Readonly<Record<string, string | number | undefined>> {
  const missing = Object.entries(sees).flatMap(([sight, isSeen]) => (isSeen ? [] : [sight]));
  return { version: systemd?.version, table: systemd?.table, cannotSee: missing.join(' ') || undefined };
}
