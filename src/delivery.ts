import type { IncidentLog, StopLabels } from './incident-log/incident-log.ts';
import { describeError, type Logger } from './logger.ts';
import type { ClassifiedIncident } from './model/incident.ts';
import type { Sink } from './sinks/sink.ts';

export interface DeliveryParts {
  readonly log: Pick<IncidentLog, 'append'>;
  readonly telemetry: { incidentRepeated(): void; incidentLogFailed(): void };
  readonly labelsOf: (incident: ClassifiedIncident) => StopLabels;
  readonly sinks: readonly Sink[];
  readonly logger: Logger;
  readonly retryMs?: number;
}

/** Makes each incident durable, then hands it to every sink. One that is known already is not counted again. */
export interface Delivery {
  deliver(incident: ClassifiedIncident): void;
  /** Tries what waits once more, and gives up on the rest. */
  close(): void;
}

/** A disk that stays full must not take the memory too: beyond this a stop is counted without being durable. */
const maxWaiting = 10_000;

export function createDelivery({ log, telemetry, labelsOf, sinks, logger, retryMs = 1_000 }: DeliveryParts): Delivery {
  const waiting: ClassifiedIncident[] = [];
  let retry: NodeJS.Timeout | undefined;

  function deliver(incident: ClassifiedIncident): void {
    waiting.push(incident);
    if (retry === undefined) flush();
    if (waiting.length > maxWaiting) record(waiting.splice(0, 1));
  }

  function flush(): void {
    retry = undefined;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (!append(next)) return;
      waiting.shift();
    }
  }

  /** False where the log cannot be written: a full disk, most likely. It is tried again. */
  function append(incident: ClassifiedIncident): boolean {
    try {
      if (log.append(incident, labelsOf(incident))) record([incident]);
      else telemetry.incidentRepeated();
      return true;
    } catch (error) {
      telemetry.incidentLogFailed();
      logger.error('The incident log cannot be written; the stop waits in memory', {
        waiting: waiting.length,
        error: describeError(error),
      });
      retry = setTimeout(flush, retryMs);
      return false;
    }
  }

  function record(incidents: readonly ClassifiedIncident[]): void {
    for (const incident of incidents) for (const sink of sinks) sink.record(incident);
  }

  return {
    deliver,
    close() {
      clearTimeout(retry);
      flush();
      clearTimeout(retry);
    },
  };
}
