import { AsyncLocalStorage } from 'node:async_hooks';
import { type DiagLogFunction, DiagLogLevel, diag } from '@opentelemetry/api';

/** What the SDK says while one export runs, and nowhere else: a partial success is a success to it, with a warning. */
export interface SdkDiagnostics {
  /** Runs an export and resolves with what the collector rejected of it; undefined where it took everything. */
  rejectionOf(runExport: () => Promise<void>): Promise<string | undefined>;
}

interface Attempt {
  rejection?: string;
}

/** To be called after NodeSDK is constructed, which sets a logger of its own where OTEL_LOG_LEVEL is set. */
export function hearSdk(report: (message: string) => void, logLevel: string | undefined): SdkDiagnostics {
  const attempts = new AsyncLocalStorage<Attempt>();
  const wanted = levels.get(logLevel?.trim().toUpperCase() ?? '') ?? DiagLogLevel.WARN;
  const log = (level: DiagLogLevel): DiagLogFunction => {
    return (message, ...details) => {
      const rejection = parsePartialSuccess(message, details[0]);
      const attempt = attempts.getStore();
      if (rejection !== undefined && attempt !== undefined) attempt.rejection = rejection;
      else if (level <= wanted) report(`OpenTelemetry: ${[message, ...details.map(textOf)].join(' ')}`);
    };
  };
  const { ERROR, WARN, INFO, DEBUG, VERBOSE } = DiagLogLevel;
  const logger = { error: log(ERROR), warn: log(WARN), info: log(INFO), debug: log(DEBUG), verbose: log(VERBOSE) };
  diag.setLogger(logger, { logLevel: Math.max(wanted, WARN), suppressOverrideMessage: true });
  return {
    rejectionOf: (runExport) => {
      const attempt: Attempt = {};
      return attempts.run(attempt, async () => {
        await runExport();
        return attempt.rejection;
      });
    },
  };
}

const levels: ReadonlyMap<string, DiagLogLevel> = new Map([
  ['NONE', DiagLogLevel.NONE],
  ['ERROR', DiagLogLevel.ERROR],
  ['WARN', DiagLogLevel.WARN],
  ['INFO', DiagLogLevel.INFO],
  ['DEBUG', DiagLogLevel.DEBUG],
  ['VERBOSE', DiagLogLevel.VERBOSE],
  ['ALL', DiagLogLevel.ALL],
]);

/** otlp-exporter-base logging-response-handler.ts: the one place where the SDK lets the response be known. */
const partialSuccess = 'Received Partial Success response:';

function parsePartialSuccess(message: string, json: unknown): string | undefined {
  if (message !== partialSuccess || typeof json !== 'string') return undefined;
  const { rejectedSpans, errorMessage } = JSON.parse(json) as { rejectedSpans?: unknown; errorMessage?: unknown };
  // An int64, which JSON has as a string; 0 with a message is advice.
  const count = Number(rejectedSpans ?? 0);
  if (count === 0) return undefined;
  return `${count} of its spans${typeof errorMessage === 'string' ? `: ${errorMessage}` : ''}`;
}

function textOf(detail: unknown): string {
  return detail instanceof Error ? detail.message : typeof detail === 'string' ? detail : (JSON.stringify(detail) ?? '');
}
