import type { Exporter } from './exporter.ts';
import { createHttpApp } from './http/create-http-app.ts';
import type { SourceStatus } from './http/http-app-options.ts';
import { type Listening, listen } from './http/listen.ts';
import { describeError, type Logger } from './logger.ts';
import { otlpJson } from './trace/otlp-json.ts';
import { planSpans } from './trace/plan-spans.ts';
import { traceResource } from './trace/trace-resource.ts';

export interface WebOptions {
  readonly exporter: Exporter;
  readonly version: string;
  readonly telemetryPath: string;
  readonly listen: readonly { readonly host?: string; readonly port: number }[];
  readonly sources: () => readonly SourceStatus[];
  readonly logger: Logger;
}

export interface Web {
  readonly addresses: readonly string[];
  close(): Promise<void>;
}

/** Serves metrics and pages. Rejects where one of the addresses cannot be had; then none is left open. */
export async function serveWeb(options: WebOptions): Promise<Web> {
  const { exporter, version, logger } = options;
  const onError = (error: unknown): void => logger.error('A request failed', { error: describeError(error) });
  const app = createHttpApp({
    version,
    telemetryPath: options.telemetryPath,
    renderMetrics: (accept, scraper) => exporter.prometheus.render({ accept, scraper }),
    sources: options.sources,
    incidents: {
      log: exporter.log,
      planSpans,
      otlpJson: (classified) => otlpJson(classified, traceResource(classified.incident.host, version)),
    },
    onError,
  });
  const open: Listening[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(open.map((listening) => listening.close()));
  };
  try {
    for (const place of options.listen) open.push(await listen(app, { ...place, onError }));
  } catch (error) {
    await close();
    throw error;
  }
  return { addresses: open.flatMap(({ addresses }) => addresses), close };
}
