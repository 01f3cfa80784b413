import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describeError, type Logger } from '../logger.ts';
import { type Attachment, attachToPidOne, detachFromPidOne } from './attachment.ts';
import { exerciseUnit, selfCheckPrefix } from './check-pid-one.ts';
import { requestsOfCommand } from './command-requests.ts';
import { decodeEvent } from './decode-event.ts';
import { enableKernelEvents } from './enable-kernel-events.ts';
import type { KernelRow } from './kernel-events.ts';
import { findSystemdFiles } from './mapped-code.ts';
import { Observer, type ObserverParts, type Seen } from './observe.ts';
import { noticeProcesses, observeWorld } from './pid-one-world.ts';
import type { ProbeEvent, TaskExecuted } from './probe-events.ts';
import { describeStatus, type ProbeStatus } from './probe-status.ts';
import { SelfCheck, type Trust } from './self-check.ts';
import { parseTraceLine } from './trace-line.ts';
import type { InstanceNames } from './tracefs/instance.ts';
import type { Tracefs } from './tracefs/tracefs.ts';

export interface SessionParts {
  readonly tracefs: Tracefs;
  readonly names: InstanceNames;
  readonly rootPid: number;
  readonly log: Logger;
  readonly onSeen: (seen: Seen) => void;
}

const blind: Trust = { names: false, states: false, callers: false, calls: false };
const everything: Trust = { names: true, states: true, callers: true, calls: true };

const reexecPollMs = 10;
const reexecPolls = 500;

/** The probe between the instance it reads and the records it prints. */
export class ProbeSession {
  readonly #parts: SessionParts;
  readonly #world: ObserverParts;
  readonly #observer: Observer;
  #kernel: ReadonlySet<KernelRow['shows']> = new Set();
  #kernelProblems: readonly string[] = [];
  #attachment: Attachment = { events: new Set(), problems: [] };
  #trust: Trust = blind;
  #selfCheck: ProbeStatus['selfCheck'] = 'not-attached';
  #checkProblem: string | undefined;
  #check: SelfCheck | undefined;
  /** While it is not known what to believe: PID 1's events, and what the others said meanwhile. */
  #held: { readonly events: ProbeEvent[]; readonly seen: Seen[] } | undefined;
  #checks = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#world = observeWorld(parts.rootPid);
    this.#observer = new Observer(this.#world);
  }

  get status(): ProbeStatus {
    const problems = [...this.#kernelProblems, ...(this.#checkProblem === undefined ? [] : [this.#checkProblem])];
    return describeStatus({
      attachment: this.#attachment,
      selfCheck: this.#selfCheck,
      trust: this.#trust,
      kernel: this.#kernel,
      problems,
    });
  }

  /** The kernel's own events, then PID 1's. The lines have to be read already. */
  async start(): Promise<void> {
    const { tracefs, names, rootPid } = this.#parts;
    const { shows, problems } = enableKernelEvents(tracefs, names.instance, rootPid);
    this.#kernel = shows;
    this.#kernelProblems = problems;
    noticeProcesses(this.#world);
    await this.#attach();
  }

  line(text: string): void {
    const line = parseTraceLine(text);
    const event = line === undefined ? undefined : decodeEvent(line);
    if (event === undefined) return;
    this.#check?.accept(event);
    if (event.kind === 'task-executed') this.#executed(event);
    else if (this.#held !== undefined && event.pid === this.#parts.rootPid && !isAboutTasks(event)) this.#held.events.push(event);
    else this.#observe(event);
  }

  #observe(event: ProbeEvent): void {
    for (const seen of this.#observer.accept(event)) this.#print(seen);
  }

  #print(seen: Seen): void {
    if (isOurOwn(seen)) return;
    if (this.#held === undefined) this.#parts.onSeen(seen);
    else this.#held.seen.push(seen);
  }

  #executed(event: TaskExecuted): void {
    this.#observer.accept(event);
    if (event.pid === this.#parts.rootPid) this.#followReexec();
    else if (!this.#trust.callers && this.#held === undefined) this.#printCommand(event);
  }

  /** Nothing inside PID 1 tells who calls: the command itself is the next best. */
  #printCommand({ pid, comm, clockUsec }: TaskExecuted): void {
    const { people, realtimeOf } = this.#world;
    for (const request of requestsOfCommand(people.describe(pid, comm, clockUsec), realtimeOf(clockUsec))) this.#print(request);
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
    this.#checks++;
    const unit = `${selfCheckPrefix}${process.pid}-${this.#checks}.service`;
    const check = new SelfCheck(unit, found.build, this.#world);
    this.#check = check;
    this.#checkProblem = await exerciseUnit(this.#parts.rootPid, unit, check);
    this.#check = undefined;
    const unverified = found.by === 'build-id' ? everything : blind;
    if (this.#checkProblem === undefined) this.#believe(check.trust, check.trust);
    else this.#believe(unverified, 'unverified');
    log.info('Looking into PID 1', { ...summary(this.status) });
  }

  /** What was held back is told now, as far as it is believed. */
  #believe(trust: Trust, selfCheck: ProbeStatus['selfCheck']): void {
    const { module, found } = this.#attachment;
    this.#trust = trust;
    this.#selfCheck = selfCheck;
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
    for (let polls = 0; polls < reexecPolls; polls++) {
      const identity = this.#identityOfPidOne();
      if (identity !== undefined && identity === this.#attachment.identity) return;
      if (identity !== undefined) break;
      await delay(reexecPollMs);
    }
    this.#parts.log.info('PID 1 runs another file', { before: this.#attachment.module });
    this.#detach();
    await this.#attach();
  }

  /** Undefined while it is not there yet, or not any more: at a shutdown PID 1 becomes another program. */
  #identityOfPidOne(): string | undefined {
    try {
      return findSystemdFiles(readFileSync(`/proc/${this.#parts.rootPid}/maps`, 'latin1'))?.core.identity;
    } catch {
      return undefined;
    }
  }
}

/** Who is there has to be known at once: it will not wait. */
function isAboutTasks({ kind }: ProbeEvent): boolean {
  return kind === 'task-forked' || kind === 'task-exited' || kind === 'task-attached';
}

function isOurOwn(seen: Seen): boolean {
  return seen.unit?.startsWith(selfCheckPrefix) === true;
}

function summary({ systemd, sees }: ProbeStatus): Readonly<Record<string, string | number | undefined>> {
  const missing = Object.entries(sees).flatMap(([sight, isSeen]) => (isSeen ? [] : [sight]));
  return { version: systemd?.version, table: systemd?.table, cannotSee: missing.join(' ') || undefined };
}
