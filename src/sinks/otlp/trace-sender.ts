import type { IncidentLog } from '../../incident-log/incident-log.ts';
import type { ClassifiedIncident } from '../../model/incident.ts';
import type { ExportOutcome } from './export-outcome.ts';
import { retryDelayMs } from './retry-delay.ts';

/** The part of the incident log that is the queue. */
export type TraceQueue = Pick<
  IncidentLog,
  'unsentTraces' | 'unsentTraceCount' | 'acknowledgeTrace' | 'postponeTrace' | 'dropTrace'
>;

export type TraceDropReason = 'sampled' | 'undrawable';

export interface TraceTelemetry {
  readonly onSent: () => void;
  readonly onDropped: (reason: TraceDropReason) => void;
  readonly onPending: (count: number) => void;
}

/** Runs something later and returns the way to call that off. */
export type Schedule = (delayMs: number, run: () => void) => () => void;

export interface TraceSenderParts {
  readonly queue: TraceQueue;
  readonly send: (incident: ClassifiedIncident) => Promise<ExportOutcome>;
  readonly telemetry: TraceTelemetry;
  /** One line for the log, each time the reason of a failure changes. */
  readonly report: (message: string) => void;
  readonly random: () => number;
  readonly schedule: Schedule;
}

/** One request in flight for each; an incident is one request, so an answer is about that incident alone. */
const concurrency = 4;
const batchSize = 64;

/**
 * Sends what the incident log holds, oldest first, until there is nothing left; waits and tries again where it cannot.
 * What the collector rejects goes to the end of the queue, so that it stands in nobody's way, and is tried again for as
 * long as the log keeps it.
 */
export class TraceSender {
  readonly #parts: TraceSenderParts;
  #running: Promise<void> | undefined;
  #callOff: (() => void) | undefined;
  #isPoked = false;
  #isCounting = false;
  #isClosed = false;
  #failures = 0;
  #lastReason: string | undefined;
  #pending = 0;

  constructor(parts: TraceSenderParts) {
    this.#parts = parts;
    this.#countPending();
  }

  /** One more is in the log. */
  recorded(): void {
    this.#setPending(this.#pending + 1);
    this.poke();
  }

  /** There may be something to send. Does nothing while it is being sent, or while the collector is given time. */
  poke(): void {
    this.#isPoked = true;
    this.#countSoon();
    if (this.#running === undefined && this.#callOff === undefined) this.#start();
  }

  /** Tries everything that is pending once more, now; resolves when it is sent or cannot be. */
  async flush(): Promise<void> {
    await this.#running;
    this.#callOff?.();
    this.#callOff = undefined;
    this.#start();
    await this.#running;
  }

  /** From here on the log is not touched: it may be closed. What is still in flight will be sent again after the next start. */
  close(): void {
    this.#isClosed = true;
    this.#callOff?.();
    this.#callOff = undefined;
  }

  #start(): void {
    if (this.#isClosed || this.#running !== undefined) return;
    this.#isPoked = false;
    this.#running = this.#drain().finally(() => {
      this.#running = undefined;
      if (this.#isPoked && this.#callOff === undefined) this.#start();
    });
  }

  /** A collector that is down takes its time to be so: what waits for it is counted without waiting for it. */
  #countSoon(): void {
    if (this.#isCounting) return;
    this.#isCounting = true;
    queueMicrotask(() => {
      this.#isCounting = false;
      this.#tellPending();
    });
  }

  #tellPending(): void {
    if (this.#isClosed) return;
    try {
      this.#parts.telemetry.onPending(this.#parts.queue.unsentTraceCount());
    } catch (error) {
      this.#explain(`Cannot read pending traces: ${messageOf(error)}`);
    }
  }

  async #drain(): Promise<void> {
    // Not in the turn of the one who pokes: a sink must not hold the pipeline.
    await Promise.resolve();
    let isStuck = false;
    while (!isStuck && !this.#isClosed) {
      const batch = await this.#sendBatch();
      if (batch === 'empty') return;
      isStuck = batch === 'stuck';
    }
    if (isStuck && !this.#isClosed) this.#retryLater();
  }

  async #sendBatch(): Promise<'empty' | 'settled' | 'stuck'> {
    try {
      const batch = this.#parts.queue.unsentTraces(batchSize);
      const settled = batch.length === 0 || (await this.#sendAll(batch));
      if (!this.#isClosed) this.#countPending();
      if (batch.length === 0) return 'empty';
      return settled ? 'settled' : 'stuck';
    } catch (error) {
      this.#explain(`Cannot read pending traces: ${messageOf(error)}`);
      return 'stuck';
    }
  }

  /** True where at least one is sent or given up, and none failed. Stops early where nothing gets through any more. */
  async #sendAll(batch: readonly ClassifiedIncident[]): Promise<boolean> {
    const waiting = [...batch];
    const round = { settled: 0, failed: 0, rejected: 0, failuresInARow: 0 };
    const worker = async () => {
      while (!this.#isClosed && round.failuresInARow < concurrency) {
        const incident = waiting.shift();
        if (incident === undefined) return;
        const end = await this.#attempt(incident);
        if (end === 'settled') this.#failures = 0;
        round[end] += 1;
        round.failuresInARow = end === 'failed' ? round.failuresInARow + 1 : 0;
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    if (this.#isClosed) return false;
    if (round.failed + round.rejected === 0) this.#explain(undefined);
    return round.failed === 0 && round.settled > 0;
  }

  async #attempt(incident: ClassifiedIncident): Promise<'settled' | 'rejected' | 'failed'> {
    const outcome = await this.#parts.send(incident);
    try {
      return this.#isClosed ? 'failed' : this.#settle(incident.incident.traceId, outcome);
    } catch (error) {
      this.#explain(`Cannot mark a trace as sent: ${messageOf(error)}`);
      return 'failed';
    }
  }

  #settle(traceId: string, outcome: ExportOutcome): 'settled' | 'rejected' | 'failed' {
    switch (outcome.kind) {
      case 'sent':
        this.#parts.queue.acknowledgeTrace(traceId);
        this.#parts.telemetry.onSent();
        this.#setPending(this.#pending - 1);
        return 'settled';
      case 'sampled':
        return this.#drop(traceId, 'sampled');
      case 'undrawable':
        this.#parts.report(`Trace ${traceId} is given up: ${outcome.reason}`);
        return this.#drop(traceId, 'undrawable');
      case 'rejected':
        this.#explain(`The collector rejects a trace: ${outcome.reason}`);
        this.#parts.queue.postponeTrace(traceId);
        return 'rejected';
      case 'failed':
        this.#explain(`Cannot send traces: ${outcome.reason}`);
        return 'failed';
    }
  }

  #drop(traceId: string, reason: TraceDropReason): 'settled' {
    this.#parts.queue.dropTrace(traceId, reason);
    this.#parts.telemetry.onDropped(reason);
    this.#setPending(this.#pending - 1);
    return 'settled';
  }

  #countPending(): void {
    this.#setPending(this.#parts.queue.unsentTraceCount());
  }

  #setPending(count: number): void {
    this.#pending = Math.max(0, count);
    this.#parts.telemetry.onPending(this.#pending);
  }

  #retryLater(): void {
    const delayMs = retryDelayMs(this.#failures, this.#parts.random);
    this.#failures += 1;
    this.#callOff = this.#parts.schedule(delayMs, () => {
      this.#callOff = undefined;
      this.#start();
    });
  }

  #explain(reason: string | undefined): void {
    if (reason === this.#lastReason) return;
    if (reason === undefined) this.#parts.report('Traces are being sent again');
    else this.#parts.report(reason);
    this.#lastReason = reason;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
