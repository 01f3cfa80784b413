import { openIncidentLog } from '../../../src/incident-log/sqlite-incident-log.ts';
import type { ClassifiedIncident } from '../../../src/model/incident.ts';
import { createOtlpSink, type OtlpSink } from '../../../src/sinks/otlp/otlp-sink.ts';
import { traceIdOf } from '../../../src/trace/ids.ts';
import { sampleIncident } from '../../support/sample-incident.ts';
import { type Collector, startCollector } from './collector.ts';

export const host = sampleIncident().incident.host;

/** A collector, an incident log in memory and a sink between them, with the retry timer in the test's hand. */
export interface Bench {
  readonly collector: Collector;
  readonly log: ReturnType<typeof openIncidentLog>;
  readonly sink: OtlpSink;
  readonly told: { sent: number; readonly dropped: string[]; pending: number; readonly reports: string[] };
  /** Delays asked for so far, in ms. */
  readonly delays: readonly number[];
  /** The delay is over. */
  retry(): void;
  /** A second sink on the same log, as after a restart. */
  restart(): Promise<OtlpSink>;
  stop(): Promise<void>;
}

/** The environment is set before the SDK reads it; a variable that is undefined is unset. */
export async function startBench(environment: Readonly<Record<string, string>> = {}): Promise<Bench> {
  const collector = await startCollector();
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  // Below the SDK's first retry within an attempt, 0.8 s: one attempt is one request.
  Object.assign(process.env, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_EXPORTER_OTLP_TIMEOUT: '700',
    ...environment,
  });
  const log = openIncidentLog({ retention: { ageMs: 1e15, maxBytes: 1e9 } });
  const told = { sent: 0, dropped: [] as string[], pending: -1, reports: [] as string[] };
  const delays: number[] = [];
  let due: (() => void) | undefined;
  const open = () =>
    createOtlpSink({
      log,
      host,
      version: '1.2.3',
      report: (message) => told.reports.push(message),
      onSent: () => {
        told.sent += 1;
      },
      onDropped: (reason) => told.dropped.push(reason),
      onPending: (count) => {
        told.pending = count;
      },
      random: () => 1,
      schedule: (delayMs, run) => {
        delays.push(delayMs);
        due = run;
        return () => {
          due = undefined;
        };
      },
    });
  let sink = await open();
  return {
    collector,
    log,
    sink,
    told,
    delays,
    retry: () => due?.(),
    restart: async () => {
      await sink.shutdown();
      sink = await open();
      return sink;
    },
    stop: async () => {
      await collector.close();
      await sink.shutdown();
    },
  };
}

/** The n-th stop of a service, one second after the one before. */
export function numbered(index: number): ClassifiedIncident {
  const occurredAtUsec = 1_600_766_128_000_000 + index * 1_000_000;
  const traceId = traceIdOf({ ...host, unit: 'ovs-vswitchd.service', key: String(index) });
  return sampleIncident({ incident: { traceId, occurredAtUsec, endedAtUsec: occurredAtUsec + 500_000 } });
}

export function append(log: Bench['log'], ...incidents: readonly ClassifiedIncident[]): void {
  for (const incident of incidents) {
    log.append(incident, {
      name: incident.incident.unit,
      type: 'service',
      cause: incident.verdict.cause,
      sender: 's',
      sender_unit: 'u',
    });
  }
}
