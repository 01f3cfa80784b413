import type { ClassifiedIncident } from '../model/incident.ts';

/**
 * Where an incident leaves, after the incident log has made it durable. A sink does not throw, does not
 * change the incident and keeps no queue: the incident log is the queue.
 */
export interface Sink {
  readonly name: 'prometheus' | 'otlp' | 'log-line';
  record(incident: ClassifiedIncident): void;
  /** Delivers what is pending. May be called twice. */
  shutdown(): Promise<void>;
}
