import type { Evidence, JournalEntry, JournalEvent } from '../model/evidence.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { addToSighting, endSighting, giveUp, newSighting, type Sighting, type WitnessTracker } from './sighting.ts';

type Step = 'begins' | 'ends' | 'ended' | 'starts' | 'up' | 'tells';

/**
 * What an entry says about the course of a stop. `ends` also begins a stop that nothing announced;
 * `ended` only confirms one: on systemd ≤ 252 an automatic restart logs "Stopped" though nothing stopped (SYSTEMD.md §4).
 */
const steps: Readonly<Partial<Record<JournalEvent, Step>>> = {
  starting: 'starts',
  started: 'up',
  stopping: 'begins',
  'process-exit': 'begins',
  'out-of-memory': 'begins',
  'oomd-kill': 'begins',
  'runtime-limit': 'begins',
  watchdog: 'begins',
  'bus-name-lost': 'begins',
  'timed-out': 'begins',
  success: 'ends',
  failure: 'ends',
  stopped: 'ended',
  'job-failed': 'tells',
  'restart-scheduled': 'tells',
  killing: 'tells',
  'client-signal': 'tells',
  'core-dump': 'tells',
};

/** Results with which systemd logs a failure though nothing had begun to run. */
const refusedStartResults: ReadonlySet<string> = new Set(['start-limit', 'start-limit-hit', 'exec-condition']);

/** What is asked while PID 1 starts a unit is carried out after it has said that it is up. */
const onItsWayUsec = 500_000;

/** One unit through PID 1's log. */
export class JournalTracker implements WitnessTracker {
  #current: Sighting | undefined;
  #isStarting = false;
  #roseUsec: RealtimeUsec | undefined;

  get current(): Sighting | undefined {
    return this.#current;
  }

  accept(evidence: Evidence): Sighting | undefined {
    if (evidence.kind !== 'journal') return undefined;
    switch (stepOf(evidence)) {
      case 'starts':
        this.#rose(evidence);
        this.#isStarting = true;
        this.#current = undefined;
        return undefined;
      case 'up':
        return this.#wentUp(evidence);
      case 'begins':
        return this.#begin(evidence);
      case 'ends':
        return this.#end(evidence);
      case 'ended':
        return this.#confirm(evidence);
      case 'tells':
        if (this.#current !== undefined) addToSighting(this.#current, evidence);
        return undefined;
      default:
        return undefined;
    }
  }

  /** "Finished" right after "Deactivated successfully", of one life: what ended was a oneshot, and it ended well. */
  #wentUp(entry: JournalEntry): undefined {
    const { invocationId } = entry;
    if (!this.#isStarting) this.#rose(entry);
    const current = this.#current;
    if (current !== undefined && onlySuccess(current) && current.invocationId === invocationId) current.notAStop = true;
    this.#isStarting = false;
    this.#current = undefined;
    return undefined;
  }

  #rose({ atUsec }: JournalEntry): void {
    this.#roseUsec = atUsec === undefined ? undefined : atUsec - onItsWayUsec;
  }

  #begin(entry: JournalEntry): Sighting | undefined {
    if (this.#current !== undefined && belongs(entry, this.#current)) {
      addToSighting(this.#current, entry);
      return undefined;
    }
    return this.#open(entry);
  }

  #open(entry: JournalEntry): Sighting {
    const sighting = newSighting('journal', entry);
    if (entry.invocationId !== undefined) sighting.invocationId = entry.invocationId;
    if (entry.jobId !== undefined && entry.jobType !== 'start') sighting.jobId = entry.jobId;
    if (this.#roseUsec !== undefined) sighting.roseUsec = this.#roseUsec;
    giveUp(this.#current);
    this.#current = sighting;
    return sighting;
  }

  #end(entry: JournalEntry): Sighting | undefined {
    if (this.#current !== undefined && isAftermath(entry, this.#current)) return undefined;
    const opened = this.#current !== undefined && belongs(entry, this.#current) ? undefined : this.#open(entry);
    const sighting = opened ?? this.#current;
    if (sighting === undefined) return undefined;
    if (opened === undefined) addToSighting(sighting, entry);
    sighting.notAStop =
      sighting.notAStop || isRefusedStart(entry) || (this.#isStarting && entry.event === 'success' && onlySuccess(sighting));
    endSighting(sighting, entry.atUsec);
    return opened;
  }

  /** "Stopped": systemd 219 and 239 log nothing else at the end of a stop that was asked for. */
  #confirm(entry: JournalEntry): Sighting | undefined {
    if (this.#current !== undefined) {
      addToSighting(this.#current, entry);
      endSighting(this.#current, entry.atUsec);
      if (isBrokenOff(entry, this.#current)) this.#current.notAStop = false;
    }
    return undefined;
  }
}

/** A control process (ExecReload=, ExecStop=) may fail without stopping anything. */
function stepOf(entry: JournalEntry): Step | undefined {
  return entry.event === 'process-exit' && entry.process === 'control' ? 'tells' : steps[entry.event];
}

/** The stop has ended and nothing has started since: a start that the limit refused fails with the old result. */
function isAftermath(entry: JournalEntry, last: Sighting): boolean {
  return last.ended === true && last.notAStop === false && entry.invocationId === last.invocationId;
}

function isRefusedStart(entry: JournalEntry): boolean {
  return entry.unitResult !== undefined && refusedStartResults.has(entry.unitResult);
}

/** It ended well while it was starting, but not of itself: no oneshot has finished, its start was broken off. */
function isBrokenOff(entry: JournalEntry, { evidence }: Sighting): boolean {
  return entry.jobType === 'stop' && evidence.some((known) => known.kind === 'journal' && known.event === 'success');
}

function onlySuccess(sighting: Sighting): boolean {
  return sighting.evidence.every((known) => known.kind === 'journal' && known.event === 'success');
}

/** Another invocation is another life, and after its end a stop takes no more beginnings. */
function belongs(entry: JournalEntry, sighting: Sighting): boolean {
  if (sighting.ended === true) return false;
  return entry.invocationId === undefined || sighting.invocationId === undefined || entry.invocationId === sighting.invocationId;
}
