import type { AnalyzeConfig } from '../config/config-types.ts';
import { openExporter } from '../exporter.ts';
import { createLogger } from '../logger.ts';
import { setRedaction } from '../model/redact.ts';
import { ownHost } from '../own-host.ts';
import { analyze } from './analyze.ts';
import type { Environment } from './environment.ts';

const yearMs = 365 * 86_400_000;

/** `analyze`, and with `--otlp` the traces of what it found, sent before it ends. */
export async function analyzeCommand(config: AnalyzeConfig, environment: Environment): Promise<number> {
  setRedaction(config.redaction);
  const { unit, ...rest } = config;
  const options = { ...rest, ...(unit === undefined ? {} : { unit }) };
  if (!config.otlp) return analyze({ ...options, onIncident: () => undefined }, environment);
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
  try {
    const status = await analyze({ ...options, onIncident: (incident) => exporter.deliver([incident]) }, environment);
    await exporter.startTraces();
    const unsent = await exporter.flushTraces();
    if (unsent === 0) return status;
    environment.err(`${unsent} of the traces could not be sent; what was sent may be sent again without harm\n`);
    return failed;
  } finally {
    await exporter.close();
  }
}

const failed = 1;
