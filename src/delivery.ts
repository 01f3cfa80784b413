import type { Addition, IncidentLog, StopLabels } from './incident-log/incident-log.ts';
import { describeError, type Logger } from './logger.ts';
import type { ClassifiedIncident } from './model/incident.ts';
import type { Sink } from './sinks/sink.ts';

export interface DeliveryParts {
  readonly log: Pick<IncidentLog, 'appendAll'>;
  readonly telemetry: {
    incidentRepeated(): void;
    incidentLogFailed(): void;
    incidentsWaiting(count: number): void;
  };
  readonly labelsOf: (incident: ClassifiedIncident) => StopLabels;
  readonly sinks: readonly Sink[];
  readonly logger: Logger;
  readonly retryMs?: number;
}

/** Makes incidents durable, then hands them to every sink. One that is known already is not counted again. */
export interface Delivery {
  deliver(incidents: readonly ClassifiedIncident[]): void;
  /** Incidents wait because the log cannot be written: their evidence may be needed again. */
  isBehind(): boolean;
  /** Tries what waits once more, and gives up on the rest: it is read again after the next start. */
  close(): void;
}

/** A disk that stays full must not take the memory too: beyond this a stop is counted without being durable. */
const maxWaiting = 10_000;
/** One transaction, and one fsync, for so many: a burst must not hold the sources up for seconds. */
const maxBatch = 256;

export function createDelivery({ log, telemetry, labelsOf, sinks, logger, retryMs = 1_000 }: DeliveryParts): Delivery {
  const waiting: ClassifiedIncident[] = [];
  let retry: NodeJS.Timeout | undefined;
  let isFailing = false;

  function deliver(incidents: readonly ClassifiedIncident[]): void {
    waiting.push(...incidents);
    if (retry === undefined) flush();
    if (waiting.length > maxWaiting) record(waiting.splice(0, waiting.length - maxWaiting));
  }

  function flush(): void {
    retry = undefined;
    while (waiting.length > 0 && append(waiting.slice(0, maxBatch))) waiting.splice(0, maxBatch);
    telemetry.incidentsWaiting(waiting.length);
  }

  /** False where the log cannot be written: a full disk, most likely. It is tried again. */
  function append(batch: readonly ClassifiedIncident[]): boolean {
    try {
      const isNew = log.appendAll(batch.map((incident): Addition => ({ incident, labels: labelsOf(incident) })));
      record(batch.filter((_, index) => isNew[index] === true));
      if (isFailing) logger.info('The incident log can be written again');
      isFailing = false;
      for (const one of isNew) if (!one) telemetry.incidentRepeated();
      return true;
    } catch (error) {
      telemetry.incidentLogFailed();
      if (!isFailing)
        logger.error('The incident log cannot be written; stops wait in memory until it can', { error: describeError(error) });
      isFailing = true;
      retry = setTimeout(flush, retryMs);
      return false;
    }
  }

  function record(incidents: readonly ClassifiedIncident[]): void {
    for (const incident of incidents) for (const sink of sinks) sink.record(incident);
  }

  return {
    deliver,
    isBehind: () => waiting.length > 0,
    close() {
      clearTimeout(retry);
      flush();
      clearTimeout(retry);
    },
  };
}
