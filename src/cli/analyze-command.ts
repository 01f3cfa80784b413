import type { AnalyzeConfig } from '../config/config-types.ts';
import { setRedaction } from '../model/redact.ts';
import { analyze } from './analyze.ts';
import type { Environment } from './environment.ts';

/** `analyze`, and with `--otlp` the traces of what it found, sent before it ends. */
export async function analyzeCommand(config: AnalyzeConfig, environment: Environment): Promise<number> {
  setRedaction(config.redaction);
  const { unit, ...rest } = config;
  const options = { ...rest, ...(unit === undefined ? {} : { unit }) };
  if (!config.otlp) return analyze({ ...options, onIncident: () => undefined }, environment);
  // The database and all that sends are loaded where something is to be sent.
  const { openTraces } = await import('./analyze-traces.ts');
  const traces = openTraces(environment);
  try {
    const status = await analyze({ ...options, onIncident: traces.add }, environment);
    const unsent = await traces.send();
    if (unsent === 0) return status;
    environment.err(`${unsent} of the traces could not be sent; what was sent may be sent again without harm\n`);
    return failed;
  } finally {
    await traces.close();
  }
}

const failed = 1;
