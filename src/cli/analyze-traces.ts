import { openExporter } from '../exporter.ts';
import { createLogger } from '../logger.ts';
import type { ClassifiedIncident } from '../model/incident.ts';
import { ownHost } from '../own-host.ts';
import type { Environment } from './environment.ts';

const yearMs = 365 * 86_400_000;

/** What `analyze --otlp` has found, on its way to a collector. */
export interface Traces {
  add(incident: ClassifiedIncident): void;
  /** @returns how many could not be sent */
  send(): Promise<number>;
  close(): Promise<void>;
}

export function openTraces(environment: Environment): Traces {
  const exporter = openExporter({
    version: environment.version,
    host: ownHost(),
    sources: [],
    retentionMs: 100 * yearMs,
    maxStorageBytes: 2 ** 30,
    logger: createLogger({ level: 'info', format: 'logfmt' }),
    writeStop: () => undefined,
    environment: { OTEL_TRACES_EXPORTER: 'otlp', ...environment.variables },
  });
  return {
    add: (incident) => exporter.deliver([incident]),
    async send() {
      await exporter.startTraces();
      return exporter.flushTraces();
    },
    close: () => exporter.close(),
  };
}
