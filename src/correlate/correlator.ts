import type { CallPath, Evidence, StopRequest } from '../model/evidence.ts';
import type { CountedStop, Host, Incident } from '../model/incident.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { unitOfCgroup, unknownUnit } from '../model/unit.ts';
import { anchorsOf } from './anchors.ts';
import { type Bystanders, createBystanders } from './bystanders.ts';
import { type Gathered, gather } from './gather.ts';
import { identityOf } from './identity.ts';
import { isOver, type OpenStop, stopBeginUsec } from './open-stop.ts';
import { shutdownRequests } from './shutdown-requests.ts';
import type { Sighting, Witness } from './sighting.ts';
import type { UnitTimeline } from './unit-timeline.ts';
import { createUnitTimelines, type UnitTimelines } from './unit-timelines.ts';

export interface CorrelatorOptions {
  /** Asked for whenever a stop is closed: a recording tells its host only as it is read. */
  readonly host: () => Host;
  /** How long a stop that is over waits, without new evidence, for what other witnesses have to say. */
  readonly settleMs: number;
  /** Who is watching: when all of them have seen the end of a stop there is little left to wait for. */
  readonly watching?: readonly Witness[];
  /** The time of stops whose evidence has no time at all. */
  readonly readAtUsec: RealtimeUsec;
  /** Recorded evidence is complete: what has no unit may be given to one at the end. Live it may not. */
  readonly isRecording?: boolean;
  /** The unit that call paths without a unit belong to, where the operator says so. */
  readonly homeUnit?: string;
  /** Of more stops under way than this, only that they happened is kept. */
  readonly maxOpenStops?: number;
}

/** A stop whose end nobody reports is closed after this long without evidence. */
const abandonMs = 600_000;
/** A unit that stops again and again is never quiet: its stops wait this many settle times at most. */
const restlessSettles = 5;
/** How long a stop waits for the stop of the unit that pulled it in, to link to its trace. */
const anchorWaitMs = 1_000;
const anchorCheckMs = 20;
/** What follows the end: the signals of the jobs, and the last entry of the log. */
const completeSettleMs = 100;
/** With all their evidence about 100 MB. */
const defaultMaxOpenStops = 5_000;
const maxHomeless = 1024;
/** Going through the buffers of evidence costs more than holding it a little longer. */
const forgetEveryMs = 1_000;
/** A recording without times has no quiet: its stops wait for the rest of it, but not without bound. */
const maxUntimedStops = 256;

/** Evidence that comes before the stop it explains, and how long before: what takes longer is rare, and loses its sender. */
const foretelling: ReadonlySet<Evidence['kind']> = new Set([
  ...(['request', 'job-pulled', 'signal', 'oom-victim', 'cgroup-move', 'cgroup-empty', 'process-tree'] as const),
]);
const foretellingMs = 10_000;

const none: readonly Incident[] = [];

/** Turns evidence into one incident for each stop. The only part with state; it reads no clock. */
export class Correlator {
  readonly #options: CorrelatorOptions;
  readonly #bystanders: Bystanders = createBystanders();
  readonly #timelines: UnitTimelines = createUnitTimelines();
  /** Those with stops under way. */
  readonly #active = new Set<UnitTimeline>();
  /** Call paths printed without their unit. */
  #homeless: { readonly path: CallPath; readonly arrivalMs: number }[] = [];
  #lateCount = 0;
  /** When something last came that a stop yet to begin may need. */
  #foretoldAtMs = Number.NEGATIVE_INFINITY;
  #forgotAtMs = 0;
  #openCount = 0;
  /** No stop is due before. */
  #nextDueMs = 0;
  /** What was gathered to see whether a stop is due is what it is closed with: gathering was a fifth of all work. */
  #lastGathered: { readonly stop: OpenStop; readonly gathered: Gathered } | undefined;

  constructor(options: CorrelatorOptions) {
    this.#options = options;
  }

  /** Sightings that came after their stop was closed: known, not counted again. */
  get lateCount(): number {
    return this.#lateCount;
  }

  /** A stop that an earlier run has counted. */
  remember({ unit, occurredAtUsec, endedAtUsec, timeBasis, invocationId, traceId }: CountedStop): void {
    if (timeBasis !== 'reported') return;
    const sighting: Sighting = {
      witness: 'log',
      beginUsec: occurredAtUsec,
      endUsec: endedAtUsec ?? occurredAtUsec,
      ended: true,
      notAStop: false,
      ...(invocationId === undefined ? {} : { invocationId }),
      evidence: [],
    };
    this.#timelines.of(unit).remember({ unit, sightings: [sighting], firstArrivalMs: 0, lastArrivalMs: 0, traceId });
  }

  /** What a next run has to be told, should this one end with the machine. */
  get shutdownRequests(): readonly StopRequest[] {
    return shutdownRequests(this.#bystanders);
  }

  /** Something waits for time to pass. */
  get isBusy(): boolean {
    return this.#active.size > 0 || (this.#homeless.length > 0 && this.#options.isRecording !== true);
  }

  /**
   * When the oldest evidence came that may still be needed: what came before would not be missed if this process ended
   * now and its successor read on from there. Infinity where none is needed.
   */
  neededSinceMs(nowMs: number): number {
    let sinceMs = nowMs - this.#foretoldAtMs < foretellingMs ? nowMs - foretellingMs : Number.POSITIVE_INFINITY;
    for (const { arrivalMs } of this.#homeless) sinceMs = Math.min(sinceMs, arrivalMs);
    for (const { openStops } of this.#active)
      for (const { firstArrivalMs } of openStops) sinceMs = Math.min(sinceMs, firstArrivalMs - foretellingMs);
    return sinceMs;
  }

  /** @param arrivalMs a clock that never goes back: monotonic when live, the evidence's own time when replayed. */
  accept(evidence: Evidence, arrivalMs: number): readonly Incident[] {
    const closed = this.expire(arrivalMs);
    if (foretelling.has(evidence.kind)) this.#foretoldAtMs = arrivalMs;
    // What a recording gives no time for is kept as long as there is room: its stop may be anywhere in it.
    const isTimeless = this.#options.isRecording === true && evidence.atUsec === undefined;
    this.#bystanders.accept(evidence, isTimeless ? Number.POSITIVE_INFINITY : arrivalMs);
    if (evidence.kind === 'call-path' && evidence.unit === undefined) {
      if (this.#homeless.length < maxHomeless) this.#homeless.push({ path: evidence, arrivalMs });
      return closed;
    }
    const unit = this.#unitOf(evidence);
    if (unit !== undefined) this.#give(unit, evidence, arrivalMs);
    return closed;
  }

  #give(unit: string, evidence: Evidence, arrivalMs: number): void {
    const timeline = this.#timelines.of(unit);
    const openBefore = timeline.openStops.length;
    const isCrowded = this.#openCount >= (this.#options.maxOpenStops ?? defaultMaxOpenStops);
    if (timeline.accept(evidence, { atMs: arrivalMs, isCrowded }) === 'late') this.#lateCount++;
    this.#timelines.gaveEvidence(timeline, arrivalMs);
    this.#openCount += timeline.openStops.length - openBefore;
    if (timeline.openStops.length === 0) return;
    this.#active.add(timeline);
    this.#nextDueMs = Math.min(this.#nextDueMs, arrivalMs + Math.min(completeSettleMs, this.#options.settleMs));
  }

  /** The stops that are over and have been quiet for the settle time. */
  expire(nowMs: number): readonly Incident[] {
    const overdue: Incident[] = [];
    // Where a recording is quiet, or this process was suspended, time leaps: what was due goes before what it needs is forgotten.
    while (this.#nextDueMs < nowMs) overdue.push(...this.#closeDue(this.#nextDueMs));
    this.#forget(nowMs);
    this.#house(nowMs);
    const due = this.#closeDue(nowMs);
    return overdue.length === 0 ? due : [...overdue, ...due];
  }

  #closeDue(nowMs: number): readonly Incident[] {
    if (nowMs < this.#nextDueMs) return none;
    this.#nextDueMs = Number.POSITIVE_INFINITY;
    const incidents: Incident[] = [];
    for (const timeline of this.#active) {
      for (const stop of [...timeline.openStops])
        if (this.#isDue(stop, timeline, nowMs)) incidents.push(...this.#close(stop, timeline));
    }
    this.#lastGathered = undefined;
    return incidents;
  }

  #forget(nowMs: number): void {
    if (nowMs - this.#forgotAtMs < forgetEveryMs) return;
    this.#forgotAtMs = nowMs;
    const sinceMs = this.#underWaySinceMs(nowMs);
    this.#bystanders.forget(sinceMs);
    for (const timeline of this.#active) timeline.forget(sinceMs);
    this.#timelines.tidy(nowMs, sinceMs);
  }

  /** When the oldest of the stops under way began: they may take many minutes, and need who asked for them. */
  #underWaySinceMs(nowMs: number): number {
    let sinceMs = nowMs;
    for (const { openStops } of this.#active)
      for (const { firstArrivalMs, lastArrivalMs } of openStops)
        if (nowMs - lastArrivalMs < abandonMs) sinceMs = Math.min(sinceMs, firstArrivalMs);
    return sinceMs;
  }

  /** Nothing more will come. `unfinished`: stops still under way too, for a recording; live they are seen again. */
  drain(unfinished: boolean): readonly Incident[] {
    this.#adopt();
    const incidents: Incident[] = [];
    for (const timeline of this.#active)
      for (const stop of [...timeline.openStops]) if (unfinished || isOver(stop)) incidents.push(...this.#close(stop, timeline));
    return incidents.sort((a, b) => a.occurredAtUsec - b.occurredAtUsec);
  }

  #unitOf(evidence: Evidence): string | undefined {
    switch (evidence.kind) {
      case 'bus-peer':
        return undefined;
      case 'signal':
      case 'oom-victim':
        return evidence.unit ?? this.#bystanders.mainPids.get(evidence.target.pid ?? 0);
      case 'cgroup-empty':
        return evidence.unit ?? unitOfCgroup(evidence.cgroup);
      case 'cgroup-move':
        return evidence.unit ?? (evidence.from === undefined ? undefined : unitOfCgroup(evidence.from));
      default:
        return evidence.unit;
    }
  }

  #isDue(stop: OpenStop, timeline: UnitTimeline, nowMs: number): boolean {
    if (!isOver(stop)) return this.#options.isRecording !== true && this.#isPast(stop.lastArrivalMs + abandonMs, nowMs);
    stop.overAtMs ??= nowMs;
    const settleMs = this.#settleMs(stop);
    if (!this.#isPast(Math.min(stop.lastArrivalMs + settleMs, stop.overAtMs + restlessSettles * settleMs), nowMs)) return false;
    if (this.#options.isRecording === true && stopBeginUsec(stop) === undefined)
      return timeline.openStops.length > maxUntimedStops;
    stop.readyAtMs ??= nowMs;
    return !this.#waitsForAnchor(stop, timeline) || this.#isPast(stop.readyAtMs + anchorWaitMs, nowMs, anchorCheckMs);
  }

  #settleMs({ sightings }: OpenStop): number {
    const { watching = [], settleMs } = this.#options;
    const isComplete =
      watching.length > 0 && watching.every((witness) => sightings.some((one) => one.witness === witness && one.ended !== false));
    return isComplete ? Math.min(completeSettleMs, settleMs) : settleMs;
  }

  /** Whether a time has come; if not, it is remembered as one to look again, or to look again every now and then. */
  #isPast(dueMs: number, nowMs: number, checkMs = Number.POSITIVE_INFINITY): boolean {
    if (nowMs >= dueMs) return true;
    this.#nextDueMs = Math.min(this.#nextDueMs, dueMs, nowMs + checkMs);
    return false;
  }

  #waitsForAnchor(stop: OpenStop, timeline: UnitTimeline): boolean {
    if (stop.anchors === undefined) {
      this.#lastGathered = { stop, gathered: gather(stop, timeline, this.#bystanders) };
      stop.anchors = anchorsOf(this.#lastGathered.gathered, stop.unit);
    }
    return stop.anchors.some(({ unit, askedAtUsec }) => this.#isUnderWay(unit, askedAtUsec));
  }

  /** A stop that was asked for at this time is not closed yet, or has not even begun: its dependents go first. */
  #isUnderWay(unit: string, askedAtUsec: RealtimeUsec | undefined): boolean {
    const timeline = this.#timelines.known(unit);
    if (timeline === undefined) return false;
    return timeline.openStops.length > 0 || (timeline.lastClosedEndUsec() ?? 0) < (askedAtUsec ?? 0);
  }

  #close(stop: OpenStop, timeline: UnitTimeline): readonly Incident[] {
    const last = this.#lastGathered;
    const gathered = last?.stop === stop ? last.gathered : gather(stop, timeline, this.#bystanders);
    timeline.consume(gathered.evidence);
    const identity = this.#identityOf(stop, timeline, gathered);
    const isStop = !stop.sightings.some(({ notAStop }) => notAStop);
    if (isStop) stop.traceId = identity.traceId;
    timeline.close(stop);
    this.#openCount -= 1;
    if (timeline.openStops.length === 0) this.#active.delete(timeline);
    if (!isStop) return [];
    return [
      {
        ...identity,
        unit: stop.unit,
        host: this.#options.host(),
        ...gathered,
        neighbours: this.#neighbours(stop, gathered),
        ...(stop.isBare === true ? { truncated: true } : {}),
      },
    ];
  }

  #identityOf(stop: OpenStop, timeline: UnitTimeline, { evidence }: Gathered): ReturnType<typeof identityOf> {
    const { host, readAtUsec } = this.#options;
    return identityOf(stop, evidence, { host: host(), readAtUsec, isTaken: timeline.hasTraceId });
  }

  /** Trace ids of the stops, closed or under way, of the units that the evidence names. */
  #neighbours(stop: OpenStop, { evidence, related }: Gathered): Readonly<Record<string, string>> {
    const units = new Set([
      ...related.map((one) => ('unit' in one ? one.unit : undefined)),
      ...evidence.map((one) => (one.kind === 'job-pulled' ? one.byUnit : undefined)),
    ]);
    const neighbours: Record<string, string> = {};
    for (const unit of units) {
      const timeline = unit === undefined || unit === stop.unit ? undefined : this.#timelines.known(unit);
      const traceId = timeline === undefined ? undefined : this.#traceIdNear(timeline, stopBeginUsec(stop));
      if (unit !== undefined && traceId !== undefined) neighbours[unit] = traceId;
    }
    return neighbours;
  }

  #traceIdNear(timeline: UnitTimeline, usec: RealtimeUsec | undefined): string | undefined {
    const open = timeline.openStops[0];
    if (open !== undefined) return this.#identityOf(open, timeline, gather(open, timeline, this.#bystanders)).traceId;
    return timeline.closedNear(usec)?.traceId;
  }

  /** Live, a call path without its unit has nobody to ask: it is a stop of an unknown unit. */
  #house(nowMs: number): void {
    if (this.#options.isRecording === true || this.#homeless.length === 0) return;
    const due = this.#homeless.filter(({ arrivalMs }) => nowMs - arrivalMs >= this.#options.settleMs);
    this.#homeless = this.#homeless.filter((one) => !due.includes(one));
    for (const { path, arrivalMs } of due) this.#give(unknownUnit, { ...path, unit: unknownUnit }, arrivalMs);
  }

  /** In a recording, call paths without a unit belong to the one unit that the rest of it shows stopping. */
  #adopt(): void {
    const [only, ...others] = [...this.#active].map(({ unit }) => unit);
    const unit = this.#options.homeUnit ?? (others.length === 0 ? only : undefined) ?? unknownUnit;
    for (const { path, arrivalMs } of this.#homeless) this.#give(unit, { ...path, unit }, arrivalMs);
    this.#homeless = [];
  }
}
