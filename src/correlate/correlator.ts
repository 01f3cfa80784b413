import type { Evidence, StopRequest } from '../model/evidence.ts';
import type { CountedStop, Host, Incident } from '../model/incident.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { unknownUnit } from '../model/unit.ts';
import { anchorsOf } from './anchors.ts';
import { type Bystanders, createBystanders } from './bystanders.ts';
import { type Gathered, gather } from './gather.ts';
import { Homeless } from './homeless.ts';
import { identityOf } from './identity.ts';
import { neighboursOf } from './neighbours.ts';
import { isOver, type OpenStop, stopBeginUsec } from './open-stop.ts';
import { abandonMs, Settling, type SettlingParts } from './settling.ts';
import { shutdownRequests } from './shutdown-requests.ts';
import type { Sighting } from './sighting.ts';
import { unitOfEvidence } from './unit-of-evidence.ts';
import type { UnitTimeline } from './unit-timeline.ts';
import { createUnitTimelines, type UnitTimelines } from './unit-timelines.ts';

export interface CorrelatorOptions extends Pick<SettlingParts, 'settleMs'>, Partial<Pick<SettlingParts, 'watching'>> {
  /** Asked for whenever a stop is closed: a recording tells its host only as it is read. */
  readonly host: () => Host;
  /** The time of stops whose evidence has no time at all. */
  readonly readAtUsec: RealtimeUsec;
  /** Recorded evidence is complete: what has no unit may be given to one at the end. Live it may not. */
  readonly isRecording?: boolean;
  /** The unit that call paths without a unit belong to, where the operator says so. */
  readonly homeUnit?: string;
  /** Of more stops under way than this, only that they happened is kept. */
  readonly maxOpenStops?: number;
}

/** With all their evidence about 100 MB. */
const defaultMaxOpenStops = 5_000;
/** Going through the buffers of evidence costs more than holding it a little longer. */
const forgetEveryMs = 1_000;

/** Evidence that comes before the stop it explains, and how long before: what takes longer is rare, and loses its sender. */
const foretelling: ReadonlySet<Evidence['kind']> = new Set([
  ...(['request', 'job-pulled', 'signal', 'oom-victim', 'cgroup-move', 'cgroup-empty', 'process-tree'] as const),
]);
const foretellingMs = 10_000;

/** Turns evidence into one incident for each stop. The only part with state; it reads no clock. */
export class Correlator {
  readonly #options: CorrelatorOptions;
  readonly #settling: Settling;
  readonly #bystanders: Bystanders = createBystanders();
  readonly #timelines: UnitTimelines = createUnitTimelines();
  /** Those with stops under way. */
  readonly #active = new Set<UnitTimeline>();
  readonly #homeless = new Homeless();
  #lateCount = 0;
  /** When something last came that a stop yet to begin may need. */
  #foretoldAtMs = Number.NEGATIVE_INFINITY;
  #forgotAtMs = 0;
  #openCount = 0;
  /** What was gathered to see whether a stop is due is what it is closed with: gathering was a fifth of all work. */
  #lastGathered: { readonly stop: OpenStop; readonly gathered: Gathered } | undefined;

  constructor(options: CorrelatorOptions) {
    this.#options = options;
    this.#settling = new Settling({
      settleMs: options.settleMs,
      watching: options.watching ?? [],
      isRecording: options.isRecording === true,
      waitsForAnchor: (stop, timeline) => this.#waitsForAnchor(stop, timeline),
    });
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
    return this.#active.size > 0 || (!this.#homeless.isEmpty && this.#options.isRecording !== true);
  }

  /**
   * When the oldest evidence came that may still be needed: what came before would not be missed if this process ended
   * now and its successor read on from there. Infinity where none is needed.
   */
  neededSinceMs(nowMs: number): number {
    const foretoldMs = nowMs - this.#foretoldAtMs < foretellingMs ? nowMs - foretellingMs : Number.POSITIVE_INFINITY;
    let sinceMs = Math.min(foretoldMs, this.#homeless.sinceMs);
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
      this.#homeless.add(evidence, arrivalMs);
      return closed;
    }
    const unit = unitOfEvidence(evidence, this.#bystanders.mainPids);
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
    this.#settling.heard(arrivalMs);
  }

  /** The stops that are over and have been quiet for the settle time. */
  expire(nowMs: number): readonly Incident[] {
    const incidents: Incident[] = [];
    // Where a recording is quiet, or this process was suspended, time leaps: what was due goes before what it needs is forgotten.
    while (this.#settling.nextMs < nowMs) this.#closeDue(this.#settling.nextMs, incidents);
    this.#forget(nowMs);
    this.#house(nowMs);
    this.#closeDue(nowMs, incidents);
    return incidents;
  }

  #closeDue(nowMs: number, incidents: Incident[]): void {
    this.#settling.closeDue(this.#active, nowMs, (stop, timeline) => incidents.push(...this.#close(stop, timeline)));
    this.#lastGathered = undefined;
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

  #waitsForAnchor(stop: OpenStop, timeline: UnitTimeline): boolean {
    stop.anchors ??= anchorsOf(this.#gather(stop, timeline), stop.unit);
    return stop.anchors.some(({ unit, askedAtUsec }) => this.#isUnderWay(unit, askedAtUsec));
  }

  /** A stop that was asked for at this time is not closed yet, or has not even begun: its dependents go first. */
  #isUnderWay(unit: string, askedAtUsec: RealtimeUsec | undefined): boolean {
    const timeline = this.#timelines.known(unit);
    if (timeline === undefined) return false;
    return timeline.openStops.length > 0 || (timeline.lastClosedEndUsec() ?? 0) < (askedAtUsec ?? 0);
  }

  #gather(stop: OpenStop, timeline: UnitTimeline): Gathered {
    if (this.#lastGathered?.stop !== stop) this.#lastGathered = { stop, gathered: gather(stop, timeline, this.#bystanders) };
    return this.#lastGathered.gathered;
  }

  #close(stop: OpenStop, timeline: UnitTimeline): readonly Incident[] {
    const gathered = this.#gather(stop, timeline);
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
        neighbours: neighboursOf(stop.unit, gathered, (other) => this.#traceIdNear(other, stopBeginUsec(stop))),
        ...(stop.isBare === true ? { truncated: true } : {}),
      },
    ];
  }

  #identityOf(stop: OpenStop, timeline: UnitTimeline, { evidence }: Gathered): ReturnType<typeof identityOf> {
    const { host, readAtUsec } = this.#options;
    return identityOf(stop, evidence, { host: host(), readAtUsec, isTaken: timeline.hasTraceId });
  }

  #traceIdNear(unit: string, usec: RealtimeUsec | undefined): string | undefined {
    const timeline = this.#timelines.known(unit);
    const open = timeline?.openStops[0];
    if (timeline === undefined || open === undefined) return timeline?.closedNear(usec)?.traceId;
    return this.#identityOf(open, timeline, gather(open, timeline, this.#bystanders)).traceId;
  }

  /** Live, a call path without its unit has nobody to ask: it is a stop of an unknown unit. */
  #house(nowMs: number): void {
    if (this.#options.isRecording === true || this.#homeless.isEmpty) return;
    for (const { path, arrivalMs } of this.#homeless.take(nowMs - this.#options.settleMs))
      this.#give(unknownUnit, { ...path, unit: unknownUnit }, arrivalMs);
  }

  /** In a recording, call paths without a unit belong to the one unit that the rest of it shows stopping. */
  #adopt(): void {
    const [only, ...others] = [...this.#active].map(({ unit }) => unit);
    const unit = this.#options.homeUnit ?? (others.length === 0 ? only : undefined) ?? unknownUnit;
    for (const { path, arrivalMs } of this.#homeless.take()) this.#give(unit, { ...path, unit }, arrivalMs);
  }
}
