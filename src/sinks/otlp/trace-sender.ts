import type { IncidentLog } from '../../incident-log/incident-log.ts';
import type { ClassifiedIncident } from '../../model/incident.ts';
import type { ExportOutcome } from './export-outcome.ts';
import { retryDelayMs } from './retry-delay.ts';

/** The part of the incident log that is the queue. */
export type TraceQueue = Pick<IncidentLog, 'unsentTraces' | 'unsentTraceCount' | 'acknowledgeTrace' | 'dropTrace'>;

export type TraceDropReason = 'sampled' | 'rejected';

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
/** A trace that was refused so often is given up: it must not stand in the way of the others for ever. */
const mostRejections = 5;

/** Sends what the incident log holds, oldest first, until there is nothing left; waits and tries again where it cannot. */
export class TraceSender {
  readonly #parts: TraceSenderParts;
  readonly #rejections = new Map<string, number>();
  #running: Promise<void> | undefined;
  #callOff: (() => void) | undefined;
  #isPoked = false;
  #isClosed = false;
  #failures = 0;
  #lastReason: string | undefined;

  constructor(parts: TraceSenderParts) {
    this.#parts = parts;
  }

  /** There may be something to send. Does nothing while it is being sent, or while the collector is given time. */
  poke(): void {
    this.#isPoked = true;
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
      if (!this.#isClosed) this.#parts.telemetry.onPending(this.#parts.queue.unsentTraceCount());
      if (batch.length === 0) return 'empty';
      return settled ? 'settled' : 'stuck';
    } catch (error) {
      this.#explain(`Cannot read pending traces: ${messageOf(error)}`);
      return 'stuck';
    }
  }

  /** True where each of them is sent or given up. Stops early where nothing gets through any more. */
  async #sendAll(batch: readonly ClassifiedIncident[]): Promise<boolean> {
    const waiting = [...batch];
    const round = { unsettled: 0, failuresInARow: 0 };
    const worker = async () => {
      while (!this.#isClosed && round.failuresInARow < concurrency) {
        const incident = waiting.shift();
        if (incident === undefined) return;
        const end = await this.#attempt(incident);
        if (end === 'settled') this.#failures = 0;
        else round.unsettled += 1;
        round.failuresInARow = end === 'failed' ? round.failuresInARow + 1 : 0;
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    const isDone = round.unsettled === 0 && !this.#isClosed;
    if (isDone) this.#explain(undefined);
    return isDone;
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
        this.#rejections.delete(traceId);
        this.#parts.telemetry.onSent();
        return 'settled';
      case 'sampled':
        return this.#drop(traceId, 'sampled');
      case 'rejected':
        return this.#reject(traceId, outcome.reason);
      case 'failed':
        this.#explain(`Cannot send traces: ${outcome.reason}`);
        return 'failed';
    }
  }

  #reject(traceId: string, reason: string): 'settled' | 'rejected' {
    const rejections = (this.#rejections.get(traceId) ?? 0) + 1;
    this.#rejections.set(traceId, rejections);
    this.#explain(`The collector rejects a trace: ${reason}`);
    if (rejections < mostRejections) return 'rejected';
    this.#parts.report(`Trace ${traceId} is given up after ${rejections} rejections: ${reason}`);
    return this.#drop(traceId, 'rejected');
  }

  #drop(traceId: string, reason: TraceDropReason): 'settled' {
    this.#parts.queue.dropTrace(traceId, reason);
    this.#rejections.delete(traceId);
    this.#parts.telemetry.onDropped(reason);
    return 'settled';
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
